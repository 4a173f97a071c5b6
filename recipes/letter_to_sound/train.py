"""Trains the network that says unknown English words, from CMUdict to the finished file.

    python -m recipes.letter_to_sound.train --out src/ganima/text/letters.safetensors

The dictionary's words are aligned with their phonemes, letter by letter; every twentieth word is held out (by a
checksum of its letters: always the same ones), and the network learns from the others. One slow core needs about ten
minutes. In the end the held-out words are said by the finished file, in bytes as it ships, and compared with the
dictionary; where that knows several ways of saying a word, the nearest one counts.
"""

import argparse
import json
import zlib
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file
from torch import Tensor, nn
from torch.nn import functional as F

from ganima.text.letter_network import FIRST_WINDOW, LETTERS, SPREADS, WINDOW, Network, from_tensors
from ganima.text.lexicon import entries, pronunciations
from ganima.text.symbols import VOWELS
from recipes.letter_to_sound.align import Word, align

EMBEDDING, HIDDEN, DROPOUT = 32, 128, 0.1
BATCH, RATE, DECAY = 256, 4e-3, 0.02
CHOICE_COUNT_MIN = 12
"""Phonemes of a letter that are seldomer than this are an abbreviation's or an error's."""
Example = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Numbers of the letters [letters], and of their choices [letters]."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=10)
    options = parser.parse_args()
    torch.manual_seed(0)
    words = [word for word in entries() if word.isascii() and word.isalpha() and len(word) > 1]
    held_out = [word.lower() for word in words if is_held_out(word)]
    examples, choices = prepared([word for word in words if not is_held_out(word)])
    net = train(examples, len(choices), options.epochs)
    tensors = in_bytes(net)
    save_file(tensors, options.out, metadata={"choices": json.dumps(choices)})
    print(f"{len(examples):,} words, {len(choices)} choices, {options.out.stat().st_size:,} bytes")
    print(measured(from_tensors(tensors, choices), held_out))


def is_held_out(word: str) -> bool:
    return zlib.crc32(word.encode()) % 20 == 0


def prepared(words: list[str]) -> tuple[list[Example], list[tuple[str, ...]]]:
    """Aligned words as numbers, and the choices that a letter has."""
    said = [tuple(entries()[word].split()) for word in words]
    plain: list[Word] = [
        (word.lower(), tuple(phoneme.rstrip("012") for phoneme in phonemes))
        for word, phonemes in zip(words, said, strict=True)
    ]
    rows = []
    for (word, _), phonemes, chunks in zip(plain, said, align(plain, frozenset(VOWELS)), strict=True):
        if chunks:
            rest = iter(phonemes)
            rows.append((word, [tuple(next(rest) for _ in chunk) for chunk in chunks]))
    counts = Counter(choice for _, chosen in rows for choice in chosen)
    choices = [choice for choice, count in counts.most_common() if count >= CHOICE_COUNT_MIN]
    place = {choice: number for number, choice in enumerate(choices)}
    return [
        (np.array([LETTERS.index(letter) + 1 for letter in word]), np.array([place[choice] for choice in chosen]))
        for word, chosen in rows
        if all(choice in place for choice in chosen)
    ], choices


class Trained(nn.Module):
    """The network of ganima.text.letter_network, for batches."""

    def __init__(self, choices: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(len(LETTERS) + 1, EMBEDDING)
        sizes = [FIRST_WINDOW * EMBEDDING] + [WINDOW * HIDDEN] * len(SPREADS)
        self.layers = nn.ModuleList([nn.Linear(size, HIDDEN) for size in sizes] + [nn.Linear(HIDDEN, choices)])

    def forward(self, letters: Tensor) -> Tensor:
        """Scores [batch, letters, choices] of letters' numbers [batch, letters]; 0 fills up short words."""
        inside = (letters > 0)[..., None]
        around = F.pad(letters, (FIRST_WINDOW // 2, FIRST_WINDOW // 2))
        hidden = windows(self.embedding(around), FIRST_WINDOW, 1)
        first, *middle, last = self.layers
        hidden = F.relu(first(hidden)) * inside
        for layer, spread in zip(middle, SPREADS, strict=True):
            near = windows(F.pad(hidden, (0, 0, spread, spread)), WINDOW, spread)
            hidden = hidden + F.dropout(F.relu(layer(near)), DROPOUT, self.training) * inside
        return last(hidden)


def windows(x: Tensor, size: int, spread: int) -> Tensor:
    """[batch, length, channels] to [batch, length - (size - 1) * spread, size * channels]."""
    count = x.shape[1] - (size - 1) * spread
    return torch.cat([x[:, i * spread : i * spread + count] for i in range(size)], -1)


def train(examples: list[Example], choices: int, epochs: int) -> Trained:
    """Adam with a rate that rises for a moment and then falls to nothing."""
    net = Trained(choices)
    optimizer = torch.optim.AdamW(net.parameters(), RATE, betas=(0.9, 0.99), weight_decay=DECAY)
    steps = epochs * (-(-len(examples) // BATCH))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.1)
    rng = np.random.default_rng(0)
    for epoch in range(epochs):
        losses = []
        for batch in batches(examples, rng):
            letters = nn.utils.rnn.pad_sequence([torch.from_numpy(examples[i][0]) for i in batch], True)
            wanted = nn.utils.rnn.pad_sequence([torch.from_numpy(examples[i][1]) for i in batch], True, -100)
            loss = F.cross_entropy(net(letters).flatten(0, 1), wanted.flatten())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1} of {epochs}: loss {np.mean(losses):.4f}", flush=True)
    return net.eval()


def batches(examples: list[Example], rng: np.random.Generator) -> list[NDArray[np.int64]]:
    """Places in random order, words of about the same length together."""
    lengths = np.array([len(letters) for letters, _ in examples]) + rng.random(len(examples))
    order = np.argsort(lengths)
    groups = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
    return [groups[i] for i in rng.permutation(len(groups))]


def in_bytes(net: Trained) -> dict[str, NDArray[np.generic]]:
    """The weights as the file holds them; see ganima.text.letter_network.from_tensors."""
    named = {"embedding": net.embedding.weight} | {f"layer{i}": layer.weight.T for i, layer in enumerate(net.layers)}
    tensors: dict[str, NDArray[np.generic]] = {}
    for name, weight in named.items():
        values = weight.detach().numpy()
        factor = (np.abs(values).max(0) / 127).astype(np.float16)
        tensors[name] = np.ascontiguousarray(
            np.round(values / factor.astype(np.float32)).clip(-127, 127).astype(np.int8)
        )
        tensors[f"{name}.factor"] = factor
    biases = {f"layer{i}.bias": layer.bias.detach().numpy().astype(np.float16) for i, layer in enumerate(net.layers)}
    return tensors | biases


def measured(network: Network, words: list[str]) -> str:
    """Errors among `words`, in words."""
    totals = Counter[str]()
    for word in words:
        said = network.phonemes(word)
        for name, clean in (("with", list), ("without", without_stress)):
            errors, length = min((edits(clean(said), clean(right)), len(right)) for right in pronunciations(word))
            totals[f"{name} errors"] += errors
            totals[f"{name} right"] += errors == 0
            totals["phonemes"] += length if name == "with" else 0
    count, phonemes = len(words), totals["phonemes"]
    return "; ".join(
        f"{name} stress: {totals[f'{name} right'] / count:.1%} of {count:,} words right, "
        f"{totals[f'{name} errors'] / phonemes:.1%} of the phonemes wrong"
        for name in ("without", "with")
    )


def without_stress(phonemes: list[str]) -> list[str]:
    return [phoneme.rstrip("012") for phoneme in phonemes]


def edits(a: list[str], b: list[str]) -> int:
    """Levenshtein's distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        before, row[0] = row[0], i + 1
        for j, y in enumerate(b):
            before, row[j + 1] = row[j + 1], min(before + (x != y), row[j] + 1, row[j + 1] + 1)
    return row[-1]


if __name__ == "__main__":
    main()
