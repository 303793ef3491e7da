"""By what the dice know a person: a number where people are drawn, a name where they are given.

The n-th person drawn has the key n. Somebody of a table of one's own has a key made from the label
alone, so that no other row of the table, nor their order, has a say in anybody's draws.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np

from sim.arrays import Ints
from sim.streams import NAMED

LABELS_OF_DRAWN = 2**16  # labels 0, 1 ... below it are those of people drawn, as written to a table
BYTES = 7  # of a hash: two of a million labels are the same with a chance of 7 in a million


def keys_of(labels: Iterable[str], whose: str) -> Ints:
    """Give the key of each label in one kind of table; in another kind it is somebody else's."""
    return np.array([_named(label, whose) for label in labels], dtype=np.int64)


def keys_of_drawn(labels: Iterable[str], whose: str) -> Ints:
    """Give keys likewise, but let a table of people drawn, labelled 0, 1 ..., keep their dice."""
    return np.array(
        [int(label) if _is_number(label) else _named(label, whose) for label in labels],
        dtype=np.int64,
    )


def _is_number(label: str) -> bool:
    digits = label.isascii() and label.isdecimal() and len(label) <= 5
    return digits and label == str(int(label)) and int(label) < LABELS_OF_DRAWN


def _named(label: str, whose: str) -> int:
    hashed = blake2b(label.encode(), digest_size=BYTES, person=whose.encode()).digest()
    return NAMED + int.from_bytes(hashed, "big")
