"""Some hundred spoilt inputs, always the same; `make fuzz` throws ten thousand."""

import sys

import pytest

if sys.platform == "win32":
    pytest.skip("the fuzzer's limits are of POSIX systems", allow_module_level=True)

from fuzz import fuzzer

CASES, PARTS = 500, 4


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_is_given_is_refused_in_a_paragraph_or_works(part):
    each = CASES // PARTS
    wrong = [
        (number, how, what)
        for number, how, what in fuzzer.batch(1, part * each, each)
        if what not in ("fine", "refused")
    ]
    assert wrong == []
