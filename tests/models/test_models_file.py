"""Model files: what goes in comes out, and nothing that anybody may have put into one does harm."""

import io
import json
import os
import pickle
import random
import resource
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from ganima import __version__
from ganima.errors import GanimaError
from ganima.models.card import card_of
from ganima.models.file import FORMAT, checksum, open_model, sealed
from ganima.picture.build import build_discriminator, build_generator
from ganima.picture.classic import ClassicConfig
from ganima.picture.discriminator import DiscriminatorConfig
from ganima.picture.generator import Generator, GeneratorConfig
from ganima.picture.model import KIND, load_discriminator, load_model, save_picture_model

LAYOUT = GeneratorConfig(8, 8, 3, (8, 8), z_dim=8, w_dim=8)
CARD = {"name": "blobs", "licence": "CC0-1.0", "attribution": "Ω & «others»", "examples": 5}


def write(path: Path, card: dict[str, Any] | None = None, layout: GeneratorConfig = LAYOUT) -> Generator:
    torch.manual_seed(0)
    generator = Generator(layout)
    discriminator = build_discriminator(DiscriminatorConfig(8, 8, 3, (8, 8)))
    save_picture_model(path, generator, discriminator, CARD if card is None else card)
    return generator


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "model.safetensors"
    write(path)
    return path


def parts(path: Path) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """The header of the container, ganima's own header inside, and the tensors' bytes."""
    content = path.read_bytes()
    (size,) = struct.unpack("<Q", content[:8])
    outer = json.loads(content[8 : 8 + size])
    return outer, json.loads(outer["__metadata__"]["ganima"]), content[8 + size :]


def assemble(path: Path, outer: Any, inner: Any, tensors: bytes) -> None:
    """Writes a file, with the header's checksum made right again, as whoever forges a file would."""
    if inner is not None:
        outer["__metadata__"]["ganima"] = inner if isinstance(inner, str) else json.dumps(sealed(inner))
    header = json.dumps(outer).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + tensors)


def sign(path: Path) -> None:
    """Makes the checksums of the parts right too."""
    outer, inner, tensors = parts(path)
    assemble(path, outer, with_checksums(inner, load_file(path)), tensors)


def with_checksums(inner: dict[str, Any], tensors: dict[str, Tensor]) -> dict[str, Any]:
    for part, about in inner["parts"].items():
        own = {name.removeprefix(part + "."): t for name, t in tensors.items() if name.startswith(part + ".")}
        about["checksum"] = checksum(own)
    return sealed(inner)


def refused(path: Path, words: str | None = None) -> None:
    """Every way to read the file says clearly that it cannot."""
    for read in (load_model, load_discriminator):
        with pytest.raises(GanimaError, match=words) as caught:
            read(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)


# What goes in comes out


@pytest.mark.parametrize(
    "layout",
    [
        LAYOUT,
        replace(LAYOUT, classes=2, noise=True, resample="fir", order="up-conv"),
        replace(LAYOUT, height=12, width=20, channels=4, widths=(8, 8, 8)),
        replace(LAYOUT, init="orthogonal", mapping_layers=8),
        ClassicConfig(),
        ClassicConfig(classes=2),
    ],
    ids=["plain", "options", "shape", "deep", "classic", "classic-classes"],
)
def test_a_model_comes_back_as_it_was_in_half_precision(
    layout: GeneratorConfig | ClassicConfig, tmp_path: Path
) -> None:
    torch.manual_seed(0)
    generator = build_generator(layout).eval()
    names = ["a", "b"][: layout.classes]
    save_picture_model(tmp_path / "m.safetensors", generator, None, CARD | {"classes": names})
    model = load_model(tmp_path / "m.safetensors")
    assert model.generator.config == layout and model.labels.classes == tuple(names)
    assert not model.generator.training
    assert not any(p.requires_grad for p in model.generator.parameters())
    for name, tensor in generator.state_dict().items():
        torch.testing.assert_close(model.generator.state_dict()[name], tensor, rtol=1e-3, atol=1e-6)
        assert model.generator.state_dict()[name].dtype == tensor.dtype
    z, labels = torch.randn(2, layout.z_dim), torch.tensor([0, 1]) if layout.classes else None
    torch.testing.assert_close(model.generator(z, labels), generator(z, labels), rtol=0.01, atol=0.02)
    assert load_discriminator(tmp_path / "m.safetensors") is None


def test_weights_in_eight_bits_are_near_and_small(tmp_path: Path) -> None:
    layout = replace(LAYOUT, widths=(32, 32, 32))
    network = write(tmp_path / "half.safetensors", layout=layout)
    save_picture_model(tmp_path / "eight.safetensors", network, None, {"name": "eight"}, torch.int8)
    found = load_model(tmp_path / "eight.safetensors").generator.state_dict()
    for name, weight in network.state_dict().items():
        scale = weight.flatten(1).abs().amax(1).max() if weight.ndim > 1 else weight.abs().max()
        assert found[name].dtype == weight.dtype and (found[name] - weight).abs().max() <= 0.006 * scale + 1e-4
    assert (tmp_path / "eight.safetensors").stat().st_size < 0.7 * (tmp_path / "half.safetensors").stat().st_size
    with pytest.raises(GanimaError, match="not finite"):
        next(network.parameters()).data.fill_(float("nan"))
        save_picture_model(tmp_path / "bad.safetensors", network, None, {"name": "bad"}, torch.int8)
    assert not (tmp_path / "bad.safetensors").exists()


def test_forged_scales_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "eight.safetensors"
    save_picture_model(
        path,
        write(tmp_path / "half.safetensors", layout=replace(LAYOUT, widths=(32, 32))),
        None,
        {"name": "e"},
        torch.int8,
    )
    tensors = load_file(path)
    name = next(name for name in tensors if name.endswith("#scale"))
    for forged in (
        {**tensors, name: tensors[name][:-1].clone()},
        {**tensors, "generator.other#scale": tensors[name].clone()},
    ):
        outer, inner, _ = parts(path)
        save_file(forged, path, {"ganima": json.dumps(with_checksums(inner, forged))})
        with pytest.raises(GanimaError, match="damaged"):
            load_model(path)
        save_file(tensors, path, {"ganima": json.dumps(with_checksums(inner, tensors))})


def test_the_discriminator_comes_along(path: Path) -> None:
    discriminator = load_discriminator(path)
    assert discriminator is not None
    assert discriminator(torch.randn(2, 3, 8, 8)).shape == (2,)
    assert discriminator.training


def test_the_card_comes_back_with_the_version(path: Path) -> None:
    assert open_model(path).card == card_of({"version": __version__, "kind": KIND, **CARD})
    model = load_model(path)
    assert model.card == open_model(path).card
    assert model.name == "blobs"


def test_the_same_model_gives_the_same_bytes_and_hash(path: Path, tmp_path: Path) -> None:
    write(tmp_path / "again.safetensors")
    assert (tmp_path / "again.safetensors").read_bytes() == path.read_bytes()
    assert load_model(path).sha256 == load_model(tmp_path / "again.safetensors").sha256
    write(tmp_path / "other.safetensors", CARD | {"name": "others"})
    assert load_model(tmp_path / "other.safetensors").sha256 != load_model(path).sha256


def test_weights_are_kept_in_half_precision(path: Path) -> None:
    outer, _, tensors = parts(path)
    kinds = {entry["dtype"] for name, entry in outer.items() if name != "__metadata__"}
    assert kinds == {"F16"}
    assert len(tensors) == 2 * sum(
        t.numel() for n in (load_model(path).generator, load_discriminator(path)) if n for t in n.state_dict().values()
    )


def test_the_card_is_read_without_the_weights(path: Path) -> None:
    outer, inner, tensors = parts(path)
    assemble(path, outer, inner, tensors[:10])
    assert open_model(path).card.name == "blobs"
    refused(path, "damaged or cut off")


@pytest.mark.parametrize("start", [b"\x80", b"\x80\x02", b"\x80\x04", b"PK"])
def test_no_length_of_the_card_makes_a_good_file_a_bad_one(start: bytes, path: Path) -> None:
    """The header's length comes first in the file, and some lengths look like the beginning of a pickle."""
    write(path, CARD | {"notes": ""})
    (size,) = struct.unpack("<Q", path.read_bytes()[:8])
    write(path, CARD | {"notes": "x" * ((int.from_bytes(start, "little") - size) % 256 ** len(start))})
    assert path.read_bytes().startswith(start)
    assert load_model(path).name == open_model(path).card.name == "blobs"


# Weights that no file should hold


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e5])
def test_weights_that_float16_cannot_hold_are_not_written(value: float, path: Path) -> None:
    before = path.read_bytes()
    generator = Generator(LAYOUT)
    with torch.no_grad():
        generator.first.weight[0, 0, 0, 0] = value
    with pytest.raises(GanimaError, match="first.weight holds values that are not finite"):
        save_picture_model(path, generator, None, CARD)
    assert path.read_bytes() == before


@pytest.mark.parametrize("bits", [0x7E00, 0x7C00, 0xFC00], ids=["nan", "inf", "-inf"])
def test_weights_that_are_not_finite_are_refused(bits: int, path: Path) -> None:
    outer, inner, tensors = parts(path)
    changed = bytearray(tensors)
    for part in ("generator", "discriminator"):
        weight = next(name for name in outer if name.startswith(part) and name.endswith("weight"))
        start, _ = outer[weight]["data_offsets"]
        changed[start : start + 2] = struct.pack("<H", bits)
    assemble(path, outer, inner, bytes(changed))
    sign(path)
    refused(path, "not finite")


# Damaged files


def test_a_file_that_is_cut_off_anywhere_is_refused(path: Path) -> None:
    content = path.read_bytes()
    (header,) = struct.unpack("<Q", content[:8])
    edges = [0, 1, 7, 8, 9, 8 + header - 1, 8 + header, 8 + header + 1, len(content) - 1]
    for length in [*edges, *range(20, len(content), len(content) // 40)]:
        path.write_bytes(content[:length])
        refused(path)


def test_bytes_at_the_end_are_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")
    refused(path)


def test_a_flipped_bit_in_the_header_is_refused_or_leaves_a_usable_model(path: Path) -> None:
    """In the container's header something may change that does not matter; nothing else may happen but an error."""
    content = path.read_bytes()
    (header,) = struct.unpack("<Q", content[:8])
    rng = random.Random(0)
    errors = 0
    for position in [*range(8 * 8), *rng.sample(range(8 * 8, 8 * (8 + header)), 300)]:
        changed = bytearray(content)
        changed[position // 8] ^= 1 << position % 8
        path.write_bytes(changed)
        try:
            model = load_model(path)
            assert model.generator(torch.zeros(1, model.generator.z_dim)).isfinite().all()
        except GanimaError:
            errors += 1
    assert errors > 100


def test_random_bytes_are_refused(tmp_path: Path) -> None:
    rng = random.Random(0)
    for length in (0, 1, 8, 9, 100, 10_000):
        (tmp_path / "m").write_bytes(rng.randbytes(length))
        refused(tmp_path / "m")


@pytest.mark.parametrize("name", ["missing.safetensors", "."])
def test_what_is_no_file_is_a_clear_error(name: str, tmp_path: Path) -> None:
    for read in (load_model, load_discriminator, open_model):
        with pytest.raises(GanimaError, match="cannot read the model"):
            read(tmp_path / name)


# Foreign files


def test_other_peoples_safetensors_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    for metadata in (None, {"format": "pt"}):
        save_file({"weight": torch.zeros(2, 2)}, path, metadata)
        refused(path, "not written by ganima")


def test_a_newer_file_is_refused_with_advice(path: Path) -> None:
    outer, inner, tensors = parts(path)
    assemble(path, outer, inner | {"format": FORMAT + 1}, tensors)
    refused(path, "newer ganima: upgrade")
    with pytest.raises(GanimaError, match="newer"):
        open_model(path)


class Evil:
    """What a pickle can do: runs code while it is loaded."""

    def __init__(self, witness: Path) -> None:
        self.witness = witness

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return os.mkdir, (str(self.witness),)


@pytest.mark.parametrize("kind", ["torch zip", "torch legacy", "raw 2", "raw 3", "raw 4", "raw 5"])
def test_pickles_are_refused_with_an_explanation_and_never_run(kind: str, tmp_path: Path) -> None:
    witness, path, buffer = tmp_path / "it ran", tmp_path / "model.safetensors", io.BytesIO()
    if kind.startswith("torch"):
        weights = {"weights": torch.zeros(100), "evil": Evil(witness)}
        torch.save(weights, buffer, _use_new_zipfile_serialization=kind == "torch zip")
        path.write_bytes(buffer.getvalue())
    else:
        path.write_bytes(pickle.dumps(Evil(witness), protocol=int(kind[-1])))
    refused(path, "is a pickle: loading one can run any code")
    with pytest.raises(GanimaError, match="pickle"):
        open_model(path)
    assert not witness.exists()


# Headers made to do harm


def with_limit(gigabytes: float, action: Callable[[], None]) -> None:
    """Runs `action` with little more memory than is in use."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (in_use + int(gigabytes * 2**30), before[1]))
    try:
        action()
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.mark.parametrize(
    "change",
    [
        {"widths": [10**6, 10**6]},
        {"widths": [10**12, 10**12]},
        {"widths": [2**62, 8]},
        {"widths": [8] * 100_000},
        {"height": 10**9, "width": 10**9},
        {"z_dim": 10**12},
        {"w_dim": 10**9},
        {"mapping_layers": 10**9},
        {"mapping_layers": 10**30},
        {"classes": 10**10},
    ],
    ids=str,
)
def test_absurd_sizes_in_the_header_allocate_nothing(change: dict[str, Any], path: Path) -> None:
    outer, inner, tensors = parts(path)
    inner["parts"]["generator"]["layout"] |= change
    critic = inner["parts"]["discriminator"]["layout"]
    critic |= {name: value for name, value in change.items() if name in critic}
    assemble(path, outer, inner, tensors)

    def read() -> None:
        with pytest.raises(GanimaError) as caught:
            load_model(path)
        assert "memory" not in str(caught.value), "it was tried, and failed"

    with_limit(0.5, read)


@pytest.mark.parametrize("size", [2**63, 2**40, 99_999_999, 100_000_001])
def test_an_absurd_header_length_allocates_nothing(size: int, path: Path) -> None:
    path.write_bytes(struct.pack("<Q", size) + path.read_bytes()[8:])
    with_limit(0.05, lambda: refused(path, "cut off"))
    with_limit(0.05, lambda: pytest.raises(GanimaError, open_model, path))


@pytest.mark.filterwarnings("ignore:Initializing zero-element tensors")
@pytest.mark.parametrize(
    "change",
    [
        {"height": 0},
        {"height": -8},
        {"channels": 0},
        {"channels": 5},
        {"widths": []},
        {"widths": [0, 0]},
        {"widths": [-8, 8]},
        {"widths": "88"},
        {"widths": {"0": 8}},
        {"widths": None},
        {"z_dim": 0},
        {"z_dim": "8"},
        {"w_dim": 0},
        {"mapping_layers": -1},
        {"mapping_layers": "2"},
        {"mapping_layers": None},
        {"noise": 1},
        {"resample": "nearest"},
        {"init": []},
        {"unheard": 1},
    ],
    ids=str,
)
def test_a_layout_that_makes_no_sense_is_refused(change: dict[str, Any], path: Path) -> None:
    outer, inner, tensors = parts(path)
    inner["parts"]["generator"]["layout"] |= change
    assemble(path, outer, inner, tensors)
    with pytest.raises(GanimaError, match="its generator does not fit its own description"):
        load_model(path)


@pytest.mark.parametrize("layout", [None, 3, "generator", [], {}, [1], list(vars(LAYOUT)), {"height": 8}], ids=str)
def test_what_is_no_layout_is_refused(layout: Any, path: Path) -> None:
    outer, inner, tensors = parts(path)
    for part in ("generator", "discriminator"):
        inner["parts"][part]["layout"] = layout
    assemble(path, outer, inner, tensors)
    refused(path, "does not fit its own description")
    del inner["parts"]["generator"]
    assemble(path, outer, inner, tensors)
    with pytest.raises(GanimaError, match="holds no generator"):
        load_model(path)


@pytest.mark.parametrize(
    "inner", ["", "{", "[]", "3", "null", '{"format": "1"}', '{"format": 1}', "[" * 100_000], ids=lambda s: s[:16]
)
def test_a_damaged_description_is_refused(inner: str, path: Path) -> None:
    outer, _, tensors = parts(path)
    assemble(path, outer, inner, tensors)
    refused(path)
    with pytest.raises(GanimaError):
        open_model(path)


@pytest.mark.parametrize(
    "metadata", [None, 3, [], {}, {"ganima": 3}, {"ganima": None}, {"ganima": {"format": 1}}], ids=str
)
def test_damaged_metadata_are_refused(metadata: Any, path: Path) -> None:
    outer, _, tensors = parts(path)
    outer["__metadata__"] = metadata
    assemble(path, outer, None, tensors)
    refused(path)
    with pytest.raises(GanimaError):
        open_model(path)


@pytest.mark.parametrize("card", [None, [], "blobs", {}, {"name": 3}], ids=str)
def test_a_damaged_card_is_refused(card: Any, path: Path) -> None:
    outer, inner, tensors = parts(path)
    assemble(path, outer, inner | {"card": card}, tensors)
    refused(path, "the card of .* is damaged")


@pytest.mark.parametrize("change", ["fewer", "more", "shape", "dtype"])
def test_weights_that_do_not_fit_the_layout_are_refused(change: str, path: Path) -> None:
    generator: nn.Module = Generator(LAYOUT)
    outer, inner, _ = parts(path)
    weights = {f"generator.{name}": t for name, t in generator.state_dict().items()}
    match change:
        case "fewer":
            del weights["generator.first.bias"]
        case "more":
            weights["generator.second.bias"] = torch.zeros(3)
        case "shape":
            weights["generator.first.bias"] = torch.zeros(9)
        case "dtype":
            weights["generator.first.bias"] = torch.zeros(8, dtype=torch.complex64)
    save_file(weights, path, {"ganima": json.dumps(inner)})
    sign(path)
    with pytest.raises(GanimaError, match="does not fit its own description"):
        load_model(path)
    assert outer


def test_a_flipped_bit_in_the_weights_is_seen(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)
    with pytest.raises(GanimaError, match="its weights have changed"):
        load_model(path)
