"""The READMEs and the documentation as tests see them: code blocks, and the commands in them."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
PAGES = (*READMES, ROOT / "CONTRIBUTING.md", ROOT / "benchmarks/README.md", *sorted((ROOT / "docs").rglob("*.md")))
FENCE = re.compile(r"(?:^<!-- (\w+) -->\n)?^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A piece of code."""

    language: str
    code: str
    mark: str
    """What the comment above it says: `runs` for commands that tests run, `parsed` for Python that they do not."""


def blocks(page: Path, *languages: str) -> list[Block]:
    """The code blocks of a page in these languages, in order."""
    found = FENCE.findall(page.read_text(encoding="utf-8"))
    return [
        Block(language, "".join(line.removeprefix(indent) for line in code.splitlines(keepends=True)), mark)
        for mark, indent, language, code in found
        if language in languages
    ]


def commands(block: Block) -> list[list[str]]:
    """The words of each command of ganima in a block, without `ganima` itself."""
    found = []
    for line in block.code.replace("\\\n", " ").splitlines():
        match = re.search(r"(?:^|\| |-m )ganima (.+?)(?: \|.*)?$", line)
        if match:
            found.append(shlex.split(match[1], comments=True))
    return found


def name_of(page: Path) -> str:
    """The page's path in the repository."""
    return page.relative_to(ROOT).as_posix()
