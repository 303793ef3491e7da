"""Files beside docs that its pages link to, such as ../scenarios/base.toml: shown on the site too.

On GitHub these links lead to the file; here to a page that shows it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

FILES = "files"
_LINK = re.compile(r"(?<=\]\()([^)\s#:]+)(#[^)\s]*)?(?=\))")
_FENCED = re.compile(r"^(```|~~~).*?^\1", re.M | re.S)
_LANGUAGES = {".toml": "toml", ".py": "python", ".json": "json", ".csv": "text", ".md": "markdown"}
MOST = 400_000
"""Characters of a file up to which it is shown."""


def pages(docs: Path) -> dict[str, str]:
    """Give a page for each file or folder beside docs that some page links to, by its path."""
    root = docs.parent
    written: dict[str, str] = {}
    left = sorted({path for page in _sources(docs) for path in _beside(page, docs)})
    while left:
        path = left.pop(0)
        name = path.relative_to(root).as_posix()
        if name not in written:
            written[name] = _page(path, root)
            left += [one for one in _inner(path) if one not in left]
    return written


def relinked(words: str, page: Path, docs: Path) -> str:
    """Turn links to what is beside docs into links to the pages that show it."""
    shown = page
    if (docs / FILES) in page.parents:  # a page that shows a file: its links count from that
        shown = docs.parent / page.relative_to(docs / FILES).with_suffix("")

    def new(link: re.Match[str]) -> str:
        target = Path(os.path.normpath(shown.parent / link[1]))
        if not target.exists() or docs.parent not in target.parents:
            return link[0]
        if docs not in target.parents:
            name = target.relative_to(docs.parent).as_posix()
            return f"/{FILES}/{name}.md{link[2] or ''}"
        inside = docs in page.parents and shown == page
        return link[0] if inside else f"/{target.relative_to(docs).as_posix()}{link[2] or ''}"

    parts, end = [], 0
    for fence in _FENCED.finditer(words):
        parts += [_LINK.sub(new, words[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*parts, _LINK.sub(new, words[end:])])


def _sources(docs: Path) -> Iterator[Path]:
    yield from sorted(docs.glob("*.md"))
    yield docs.parent / "scenarios" / "base.toml"


def _beside(page: Path, docs: Path) -> Iterator[Path]:
    """Give what a page links to outside docs; a page beside docs is itself one."""
    if docs not in page.parents:
        yield page
        return
    for link in _LINK.finditer(_FENCED.sub("", page.read_text(encoding="utf-8"))):
        target = Path(os.path.normpath(page.parent / link[1]))
        if target.exists() and docs not in target.parents and docs.parent in target.parents:
            yield target


def _inner(path: Path) -> list[Path]:
    """Give the files of a folder that are shown with it."""
    if not path.is_dir():
        return []
    return sorted(one for one in path.iterdir() if one.suffix in _LANGUAGES and one.is_file())


def _page(path: Path, root: Path) -> str:
    name = path.relative_to(root).as_posix()
    head = f"---\norphan: true\n---\n\n# `{name}`\n\n"
    if path.is_dir():
        return head + "\n".join(f"- [`{one.name}`]({path.name}/{one.name}.md)"
                                for one in _inner(path)) + "\n"  # fmt: skip
    if path.suffix == ".md":
        return f"---\norphan: true\n---\n\n{path.read_text(encoding='utf-8')}"
    words = path.read_text(encoding="utf-8")
    up = "/".join([".."] * (name.count("/") + 2))
    if len(words) > MOST:
        return f"{head}{{download}}`{path.name} <{up}/{name}>`: {len(words):,} characters.\n"
    return (
        f"{head}{{download}}`download <{up}/{name}>`\n\n```{{literalinclude}} {up}/{name}\n"
        f":language: {_LANGUAGES.get(path.suffix, 'text')}\n```\n"
    )
