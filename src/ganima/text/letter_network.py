"""How unknown English words are said, letter by letter: a small network whose weights lie beside this file.

Each letter makes none, one or two phonemes. Layers of windows over the letters' neighbours (ten on either side count)
give each letter's choice; a path through the choices is taken that has one main stress in all.

`recipes/letter_to_sound/train.py` trains it on CMUdict without every twentieth word. Of those 5,823 words, many of them
names, it says 66.9 % as the dictionary does, but for the stress, and 61.8 % with it; 7.4 % of the phonemes are wrong
(with stress 9.5 %).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open

LETTERS = "abcdefghijklmnopqrstuvwxyz"
"""What it can read; 0 is the number of what stands before and after them."""
FIRST_WINDOW, WINDOW = 9, 3
"""Letters that a layer looks at."""
SPREADS = (1, 2, 1, 2)
"""Distances between them, in the layers after the first."""
WEIGHTS = Path(__file__).with_name("letters.safetensors")
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Network:
    """Weights [inputs, outputs] and biases [outputs] of all layers, and what the last one's outputs mean."""

    embedding: Floats
    layers: list[tuple[Floats, Floats]]
    choices: list[tuple[str, ...]]

    @cached_property
    def stressed(self) -> NDArray[np.bool_]:
        """Which choices have a main stress [choices]."""
        return np.array([any(phoneme.endswith("1") for phoneme in choice) for choice in self.choices])

    @cached_property
    def voiced(self) -> NDArray[np.bool_]:
        """Which choices have a vowel [choices]."""
        return np.array([any(phoneme[-1].isdigit() for phoneme in choice) for choice in self.choices])

    def scores(self, words: Sequence[str]) -> Floats:
        """Logarithms of the choices' probabilities, but for a summand of each letter [letters of all words, choices].

        `words` have a to z only.
        """
        # All words in one row, with so many places between them that none sees its neighbours.
        gap = FIRST_WINDOW // 2
        starts = accumulate((len(word) + gap for word in words[:-1]), initial=gap)
        places = np.concatenate(
            [np.arange(start, start + len(word)) for start, word in zip(starts, words, strict=True)]
        )
        # Embedding 0 stands beyond both ends; deeper layers have zeros there.
        row = np.zeros(int(places[-1]) + gap + 1, np.intp)
        row[places] = np.frombuffer("".join(words).encode(), np.uint8) - (ord("a") - 1)
        (first, bias), *middle, (last, last_bias) = self.layers
        near = self.embedding[row[places[:, None] + np.arange(-gap, gap + 1)]]
        hidden = np.maximum(near.reshape(len(places), -1) @ first + bias, 0)
        whole = np.zeros((len(row), hidden.shape[1]), np.float32)
        for (weight, bias), spread in zip(middle, SPREADS, strict=True):
            whole[places] = hidden
            near = whole[places[:, None] + spread * np.arange(-(WINDOW // 2), WINDOW // 2 + 1)]
            hidden = hidden + np.maximum(near.reshape(len(places), -1) @ weight + bias, 0)
        return np.asarray(hidden @ last + last_bias, np.float32)

    def phonemes(self, word: str) -> list[str]:
        """What `word` (a to z only) sounds like, with exactly one main stress where there is a vowel."""
        return self.all_phonemes([word])[0]

    def all_phonemes(self, words: Sequence[str]) -> list[list[str]]:
        """`phonemes` of each of `words`, one or more, none of which is empty."""
        scores = self.scores(words)
        plain = np.where(self.stressed, -np.inf, scores)
        main = np.where(self.stressed, scores, -np.inf)
        picked, picked_main = plain.argmax(1), main.argmax(1)
        # Against the best choice without it, a main stress costs least where this is largest.
        gain = main.max(1) - plain.max(1)
        wins, voiced = self.stressed[scores.argmax(1)], self.voiced[picked]
        found = []
        ends = list(accumulate(map(len, words)))
        for start, end in zip([0, *ends], ends, strict=False):
            chosen = picked[start:end]
            place = start + int(gain[start:end].argmax())
            if wins[place] or voiced[start:end].any():
                chosen[place - start] = picked_main[place]
            found.append([phoneme for i in chosen for phoneme in self.choices[i]])
        return found


@cache
def network() -> Network:
    """The trained network, read at first use."""
    with safe_open(WEIGHTS, framework="np") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}
        choices = json.loads(file.metadata()["choices"])
    return from_tensors(tensors, [tuple(choice) for choice in choices])


def from_tensors(tensors: dict[str, NDArray[np.generic]], choices: list[tuple[str, ...]]) -> Network:
    """From the file's weights: bytes [inputs, outputs] with a factor for each output, and biases."""

    def weight(name: str) -> Floats:
        return tensors[name].astype(np.float32) * tensors[f"{name}.factor"].astype(np.float32)

    count = sum(name.endswith(".bias") for name in tensors)
    layers = [(weight(f"layer{i}"), tensors[f"layer{i}.bias"].astype(np.float32)) for i in range(count)]
    return Network(weight("embedding"), layers, choices)
