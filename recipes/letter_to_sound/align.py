"""Which letters of a word make which of its phonemes: alignment by expectation-maximisation with Viterbi's best paths.

Each letter makes none, one or two phonemes, at most one of them a vowel (the second letter of "one" makes two).
"""

import math
from collections import Counter

Word = tuple[str, tuple[str, ...]]
"""Letters, and phonemes without stress."""
Costs = dict[tuple[str, tuple[str, ...]], float]
UNSEEN = 12.0


def align(words: list[Word], vowels: frozenset[str], rounds: int = 5) -> list[list[tuple[str, ...]] | None]:
    """For each word the phonemes of each of its letters, or None where it has no such alignment."""
    costs = first_costs(words)
    # A part of the words is enough for all rounds but the last.
    sample = words[::5]
    for _ in range(rounds - 1):
        paths = [best_path(*word, costs, vowels) for word in sample]
        costs = counted([(word[0], path) for word, path in zip(sample, paths, strict=True) if path])
    return [best_path(*word, costs, vowels) for word in words]


def first_costs(words: list[Word]) -> Costs:
    """How seldom a letter and a phoneme stand at about the same place of a word; anything else is dear."""
    together: Counter[tuple[str, tuple[str, ...]]] = Counter()
    letters: Counter[str] = Counter()
    for text, phonemes in words:
        letters.update(text)
        for i, letter in enumerate(text):
            near = {(p,) for j, p in enumerate(phonemes) if abs(i / len(text) - j / len(phonemes)) < 0.2}
            together.update((letter, chunk) for chunk in near)
    costs = {(letter, chunk): -math.log(count / letters[letter]) for (letter, chunk), count in together.items()}
    return costs | {(letter, ()): 2.5 for letter in letters}


def counted(aligned: list[tuple[str, list[tuple[str, ...]]]]) -> Costs:
    """The negative logarithm of how often a letter makes these phonemes."""
    pairs = Counter(pair for text, path in aligned for pair in zip(text, path, strict=True))
    letters = Counter(letter for text, _ in aligned for letter in text)
    return {pair: -math.log(count / letters[pair[0]]) for pair, count in pairs.items()}


def best_path(
    text: str, phonemes: tuple[str, ...], costs: Costs, vowels: frozenset[str]
) -> list[tuple[str, ...]] | None:
    """The cheapest way of dealing out `phonemes` to the letters; None where there are more than two for each."""
    count = len(phonemes)
    if count > 2 * len(text):
        return None
    row = [0.0] + [math.inf] * count
    back: list[list[int]] = []
    for letter in text:
        after, taken = [math.inf] * (count + 1), [0] * (count + 1)
        for end in range(count + 1):
            for size in range(min(2, end) + 1):
                before = row[end - size]
                if before == math.inf:
                    continue
                chunk = phonemes[end - size : end]
                if size == 2 and chunk[0] in vowels and chunk[1] in vowels:
                    continue
                cost = before + costs.get((letter, chunk), UNSEEN + size)
                if cost < after[end]:
                    after[end], taken[end] = cost, size
        row = after
        back.append(taken)
    if row[count] == math.inf:
        return None
    path, end = [], count
    for taken in reversed(back):
        path.append(phonemes[end - taken[end] : end])
        end -= taken[end]
    return path[::-1]
