"""Which part of a text a stretch of its spoken form stands for: the words of a timing file are those that were written.

Texts are changed before they are spoken, character by character or by rules. What stayed the same is found again, and
what lies between two such places belongs together.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from itertools import accumulate

from ganima.text.scripts import HAN_RANGES

_CHUNK = re.compile(r"\s*\S+\s*?(?=\s|$)|\s+$")
_KEPT = re.compile(f"[{HAN_RANGES}，。；？！]")
"""What may be spoken as it is written."""
_MARKS = " \t\n.,;:!?\"'()[]{}…—–“”‘’«»，。；：！？、（）《》「」"
"""What is no part of the word that it touches."""


class Cleaned:
    """Stretches of a text that was cleaned."""

    def __init__(self, text: str, plain: str, clean: Callable[[str], str]) -> None:
        """`plain` is `clean(text)`."""
        self.text = plain
        self.chunks: list[str] = []
        if plain != text:
            chunks = _CHUNK.findall(text)
            parts = [clean(chunk) for chunk in chunks]
            # Where a rule looks beyond spaces, the clean text is all there is.
            if "".join(parts) == plain:
                self.chunks, self.parts = chunks, parts
                self.starts = list(accumulate(map(len, parts), initial=0))

    def written(self, start: int, end: int) -> str:
        """What stands in the text for a stretch of the clean one, which is not empty."""
        if not self.chunks:
            return self.text[start:end].strip()
        first, last = bisect_right(self.starts, start) - 1, bisect_left(self.starts, end)
        if self.chunks[first:last] == self.parts[first:last]:
            return self.text[start:end].strip()
        found = "".join(self.chunks[first:last])
        return found.strip(_MARKS) or found.strip()


def characters(text: str, said: str) -> list[str]:
    """For each character of `said`, the spoken form of a Chinese `text`, what it stands for there: 2025 for each of
    二零二五, and most for themselves."""
    found: list[str] = []
    at = 0
    while len(found) < len(said):
        place = len(found)
        if text[at : at + 1] == said[place]:
            found.append(said[place])
            at += 1
            continue
        # Up to the next character that is spoken as it is written.
        end, end_said = len(text), len(said)
        for anchor in _KEPT.finditer(text, at):
            where = said.find(anchor[0], place)
            if where >= 0:
                end, end_said = anchor.start(), where
                break
        found += [text[at:end].strip(_MARKS)] * (end_said - place)
        at = end
    return found
