"""How unknown English words are said, letter by letter: a small network whose weights lie beside this file.

Each letter makes none, one or two phonemes. Layers of windows over the letters' neighbours (ten on either side count)
give each letter's choice; a path through the choices is taken that has one main stress in all.

`recipes/letter_to_sound/train.py` trains it on CMUdict without every twentieth word. Of those 5,823 words, many of them
names, it says 66.9 % as the dictionary does, but for the stress, and 61.8 % with it; 7.4 % of the phonemes are wrong
(with stress 9.5 %).
"""

import json
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

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

    def scores(self, word: str) -> Floats:
        """Logarithms of the choices' probabilities, but for a summand of each letter [letters, choices].

        `word` has a to z only.
        """
        # Embedding 0 stands beyond both ends; deeper layers have zeros there.
        around = np.zeros(len(word) + FIRST_WINDOW - 1, np.intp)
        around[FIRST_WINDOW // 2 : -(FIRST_WINDOW // 2)] = [LETTERS.index(letter) + 1 for letter in word]
        hidden = self.embedding[windows(around, FIRST_WINDOW, 1)]
        (first, bias), *middle, (last, last_bias) = self.layers
        hidden = np.maximum(hidden.reshape(len(word), -1) @ first + bias, 0)
        for (weight, bias), spread in zip(middle, SPREADS, strict=True):
            beyond = np.zeros((spread, hidden.shape[1]), np.float32)
            near = windows(np.concatenate((beyond, hidden, beyond)), WINDOW, spread)
            hidden = hidden + np.maximum(near.reshape(len(word), -1) @ weight + bias, 0)
        return np.asarray(hidden @ last + last_bias, np.float32)

    def phonemes(self, word: str) -> list[str]:
        """What `word` (a to z only) sounds like, with exactly one main stress where there is a vowel."""
        scores = self.scores(word)
        plain = np.where(self.stressed, -np.inf, scores)
        main = np.where(self.stressed, scores, -np.inf)
        picked = plain.argmax(1)
        # Against the best choice without it, a main stress costs least here.
        place = int((main.max(1) - plain.max(1)).argmax())
        wins = self.stressed[scores[place].argmax()]
        if wins or self.voiced[picked].any():
            picked[place] = main[place].argmax()
        return [phoneme for i in picked for phoneme in self.choices[i]]


def windows(rows: NDArray[Any], size: int, spread: int) -> NDArray[Any]:
    """[length, ...] to [length - (size - 1) * spread, size, ...]: each row with those after it."""
    count = len(rows) - (size - 1) * spread
    return np.stack([rows[i * spread : i * spread + count] for i in range(size)], 1)


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
