"""Models from outside: an imported StyleGAN2 paints what the original paints, and no pickle can do harm."""

import hashlib
import io
import pickle
import random
import struct
import tracemalloc
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import stylegan2_reference as reference
import torch
import torch.nn.functional as F
from torch import Tensor

from ganima.cli.main import main
from ganima.errors import GanimaError
from ganima.interchange.pickle_reader import StoredModule, read_pickle
from ganima.interchange.stylegan2 import import_stylegan2
from ganima.latent import latents
from ganima.picture.model import Model, load_discriminator, load_model
from ganima.picture.presets import tiny
from ganima.picture.sample import sample
from ganima.picture.state import new_state
from ganima.picture.step import train_step
from ganima.picture.transfer import start_from
from ganima.picture.truncation import truncate

TOLERANCE = 1e-3


@pytest.fixture(autouse=True)
def seed() -> None:
    torch.manual_seed(0)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "model.safetensors"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The smallest snapshot that there is."""
    return reference.write_snapshot(tmp_path / "network.pkl", small(), small_critic())


def small(**options: Any) -> Any:
    options = {"side": 8, "z_dim": 4, "w_dim": 4, "widest": 4, "depth": 1} | options
    return reference.Generator(**options).eval()


def small_critic(**options: Any) -> Any:
    return reference.Discriminator(**({"side": 8, "widest": 4} | options)).eval()


def imported(tmp_path: Path, generator: Any, discriminator: Any = None, protocol: int = 4, **options: Any) -> Model:
    source = reference.write_snapshot(tmp_path / "network.pkl", generator, discriminator, protocol)
    import_stylegan2(source, tmp_path / "model.safetensors", **options)
    return load_model(tmp_path / "model.safetensors")


def labels_of(network: Any, count: int) -> tuple[Tensor | None, Tensor | None]:
    """Labels as class numbers, and one-hot as the official code takes them."""
    if not network.c_dim:
        return None, None
    labels = torch.arange(count) % network.c_dim
    return labels, F.one_hot(labels, network.c_dim).float()


# What was published, comes out


@torch.inference_mode()
def same_pictures(generator: Any, model: Model, noise_mode: str = "const", truncation: float = 1.0) -> None:
    z = torch.randn(4, generator.z_dim)
    labels, one_hot = labels_of(generator, 4)
    expected = generator(z, one_hot, truncation, noise_mode)
    w = truncate(model.generator.mapping(z, labels), model.generator.w_mean, truncation)
    found = model.generator.synthesis(w)
    assert (found - expected).abs().max() < min(TOLERANCE, expected.std() / 100)


@torch.inference_mode()
def same_logits(discriminator: Any, path: Path) -> None:
    ours = load_discriminator(path)
    assert ours is not None
    pictures = torch.randn(8, discriminator.img_channels, *[discriminator.img_resolution] * 2)
    labels, one_hot = labels_of(discriminator, 8)
    expected = discriminator(pictures, one_hot)[:, 0]
    assert (ours(pictures, labels) - expected).abs().max() < min(TOLERANCE, expected.std() / 100)


@pytest.mark.parametrize("classes", [0, 3])
@pytest.mark.parametrize("side", [64, 256])
def test_pictures_and_logits_are_those_of_the_original(side: int, classes: int, tmp_path: Path) -> None:
    generator = reference.Generator(side, classes).eval()
    discriminator = reference.Discriminator(side, classes).eval()
    model = imported(tmp_path, generator, discriminator)
    for truncation in (1.0, 0.6):
        same_pictures(generator, model, truncation=truncation)
    same_logits(discriminator, model.path)


@pytest.mark.parametrize("classes", [0, 3])
def test_without_noise_pictures_are_those_of_the_original_without_noise(classes: int, tmp_path: Path) -> None:
    generator = reference.Generator(64, classes).eval()
    model = imported(tmp_path, generator, noise=False)
    assert not model.generator.config.noise
    same_pictures(generator, model, noise_mode="none", truncation=0.7)


@pytest.mark.parametrize(
    "options",
    [
        {"noise": False},
        {"clamp": None},
        {"clamp": 0.5},
        {"colours": 1},
        {"depth": 8, "w_dim": 16},
        {"c_dim": 5, "embed": 7},
        {"c_dim": 1},
    ],
    ids=str,
)
def test_every_published_option_of_the_generator(options: dict[str, Any], tmp_path: Path) -> None:
    generator = small(**{"side": 16, "z_dim": 8, "w_dim": 8, "widest": 12, **options})
    same_pictures(generator, imported(tmp_path, generator))


@pytest.mark.parametrize(
    "options",
    [
        {"clamp": None},
        {"clamp": 0.3},
        {"colours": 1},
        {"group": 0},
        {"group": None},
        {"group": 8},
        {"c_dim": 3, "cmap_dim": 7},
    ],
    ids=str,
)
def test_every_published_option_of_the_discriminator(options: dict[str, Any], tmp_path: Path) -> None:
    discriminator = small_critic(**{"side": 16, "widest": 12, **options})
    model = imported(tmp_path, small(), discriminator)
    same_logits(discriminator, model.path)


def test_the_clamp_of_the_tests_above_bites(tmp_path: Path) -> None:
    generator = small(side=16, widest=12, clamp=0.5)
    z = torch.randn(2, 4)
    clamped = generator(z)
    for layer in generator.modules():
        layer.conv_clamp = None
    assert (generator(z) - clamped).abs().max() > 0.1


@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_pickle_protocols(protocol: int, tmp_path: Path) -> None:
    generator = small()
    same_pictures(generator, imported(tmp_path, generator, protocol=protocol))


def test_older_names_of_the_same_things(tmp_path: Path, out: Path) -> None:
    generator = small()
    content = reference.pickled(reference.snapshot(generator), 3)
    assert b"cnumpy._core.multiarray\nscalar\n" in content and b"c__builtin__" not in content
    content = content.replace(b"cnumpy._core.multiarray\nscalar\n", b"cnumpy.core.multiarray\nscalar\n")
    content = content.replace(b"cbuiltins\nset\n", b"c__builtin__\nset\n")
    content = content.replace(b"cdnnlib.util\nEasyDict\n", b"cdnnlib\nEasyDict\n")
    (tmp_path / "old.pkl").write_bytes(content)
    import_stylegan2(tmp_path / "old.pkl", out)
    same_pictures(generator, load_model(out))


def test_frozen_layers_whose_weights_are_buffers(tmp_path: Path) -> None:
    discriminator = small_critic()
    layer = discriminator.b8.conv0
    for name in ("weight", "bias"):
        tensor = getattr(layer, name).detach()
        delattr(layer, name)
        layer.register_buffer(name, tensor)
    same_logits(discriminator, imported(tmp_path, small(), discriminator).path)


def test_half_precision_weights_are_read(tmp_path: Path) -> None:
    generator = small().half()
    model = imported(tmp_path, generator)
    same_pictures(generator.float(), model)


# The model, its file and its card


def test_the_card_says_where_the_model_is_from(source: Path, out: Path) -> None:
    done = import_stylegan2(source, out, "dots", "CC BY-NC 4.0", "A. Painter")
    card = load_model(out).card
    sha256 = hashlib.sha256(source.read_bytes()).hexdigest()
    assert card.facts["origin"] == {
        "kind": "official StyleGAN2 pickle (PyTorch)",
        "file": "network.pkl",
        "sha256": sha256,
    }
    assert (card.name, card.licence, card.attribution) == ("dots", "CC BY-NC 4.0", "A. Painter")
    assert (done.sha256, done.discriminator, done.reason) == (sha256, True, "")


def test_what_the_user_does_not_say_is_not_stated(source: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "import", str(source), "--out", str(out)]) == 0
    card = load_model(out).card
    assert (card.name, card.licence) == ("model", "not stated")
    assert not card.attribution
    shown = capsys.readouterr().out
    assert "8×8" in shown and "licence is not stated" in shown and str(out) in shown


def test_nothing_is_overwritten_unless_asked_for(source: Path, out: Path) -> None:
    out.write_text("mine")
    with pytest.raises(GanimaError, match="exists already.*`force`"):
        import_stylegan2(source, out)
    assert out.read_text() == "mine"
    import_stylegan2(source, out, force=True)
    assert load_model(out).generator.config.height == 8


def test_the_output_is_a_model_file(source: Path, tmp_path: Path) -> None:
    with pytest.raises(GanimaError, match="such as net.safetensors"):
        import_stylegan2(source, tmp_path / "net.pt")


def test_weights_that_are_not_finite_are_not_written(tmp_path: Path, out: Path) -> None:
    generator = small()
    with torch.no_grad():
        generator.synthesis.b8.conv1.bias[0] = float("nan")
    with pytest.raises(GanimaError, match="not finite"):
        imported(tmp_path, generator)
    assert not out.exists()


def test_an_imported_model_is_sampled_like_any_other(tmp_path: Path) -> None:
    model = imported(tmp_path, small(c_dim=3))
    assert model.labels.classes == ("0", "1", "2")
    (image,) = sample(model, count=1, labels=["2"])
    assert image.size == (8, 8)


def test_a_latent_of_an_imported_model_goes_through_a_file(tmp_path: Path) -> None:
    model = imported(tmp_path, reference.Generator(256).eval())
    place = latents.of_seed(model, 7)
    assert place.ws.shape == (14, 32)
    latents.write(tmp_path / "latent.json", place, model)
    assert torch.equal(latents.read(str(tmp_path / "latent.json"), model, 1.0).ws, place.ws)


def test_a_snapshot_without_discriminator(tmp_path: Path) -> None:
    source = reference.write_snapshot(tmp_path / "network.pkl", small())
    done = import_stylegan2(source, tmp_path / "model.safetensors")
    assert not done.discriminator and "no network D" in done.reason
    assert load_discriminator(tmp_path / "model.safetensors") is None


def test_training_goes_on_where_the_import_ended(tmp_path: Path) -> None:
    generator, discriminator = small(side=16, c_dim=2), small_critic(side=16, c_dim=2)
    model = imported(tmp_path, generator, discriminator)
    critic = load_discriminator(model.path)
    assert critic is not None
    config = replace(tiny(16, 16, 3, 2), generator=model.generator.config, discriminator=critic.config)
    state = new_state(config, 1, torch.device("cpu"))
    start_from(state, model.path)
    z, (labels, one_hot) = torch.randn(4, 4), labels_of(generator, 4)
    assert (state.average(z, labels) - generator(z, one_hot)).abs().max() < TOLERANCE
    pictures = torch.rand(4, 3, 16, 16) * 2 - 1
    assert (state.discriminator(pictures, labels) - discriminator(pictures, one_hot)[:, 0]).abs().max() < TOLERANCE
    before = state.generator.levels[0].up.weight.clone()
    for _ in range(2):
        measures = train_step(state, config, pictures, labels, 0.0)
    assert all(torch.isfinite(value).all() for value in measures.values())
    assert not torch.equal(state.generator.levels[0].up.weight, before)


# What cannot be imported says what it is


def refused(source: Path, words: str) -> None:
    """Importing `source` fails with these words in one line, and writes nothing."""
    out = source.with_name("never.safetensors")
    with pytest.raises(GanimaError, match=words) as caught:
        import_stylegan2(source, out)
    assert str(source) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400
    assert not out.exists()


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "other.pkl"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("architecture", ["orig", "resnet"])
def test_other_architectures_of_the_generator(architecture: str, tmp_path: Path) -> None:
    generator = small()
    for block in (generator.synthesis.b4, generator.synthesis.b8):
        block.architecture = architecture
    refused(reference.write_snapshot(tmp_path / "n.pkl", generator), f"architecture '{architecture}'")


def test_another_architecture_of_the_discriminator_is_left_out(tmp_path: Path, out: Path) -> None:
    discriminator = small_critic()
    discriminator.b8.architecture = "skip"
    done = import_stylegan2(reference.write_snapshot(tmp_path / "n.pkl", small(), discriminator), out)
    assert "architecture 'skip'" in done.reason
    assert load_discriminator(out) is None


def test_stylegan3(tmp_path: Path) -> None:
    generator = small()
    generator.synthesis.input = reference.MinibatchStdLayer(1)
    refused(reference.write_snapshot(tmp_path / "n.pkl", generator), "StyleGAN3")


def test_another_activation_filter_or_clamp(tmp_path: Path) -> None:
    generator = small()
    generator.synthesis.b8.conv0.activation = "swish"
    refused(reference.write_snapshot(tmp_path / "n.pkl", generator), "activation 'swish'")
    generator = small()
    generator.synthesis.b8.resample_filter = reference.kernel((1.0, 1.0, 1.0, 1.0))
    refused(reference.write_snapshot(tmp_path / "n.pkl", generator), r"another filter than \[1, 3, 3, 1\]")
    generator = small()
    generator.synthesis.b8.conv0.conv_clamp = 128
    refused(reference.write_snapshot(tmp_path / "n.pkl", generator), "different magnitudes")


def test_a_tensorflow_pickle(tmp_path: Path) -> None:
    refused(written(tmp_path, b"\x80\x03cdnnlib.tflib.network\nNetwork\n)\x81."), "TensorFlow.*legacy.py")


@pytest.mark.parametrize(
    "content", [b"", b"\x80", b"PK\x03\x04", b"hello world\n", b"<!DOCTYPE html><html>", b"version https://git-lfs\n"]
)
def test_files_that_are_no_pickles(content: bytes, tmp_path: Path) -> None:
    refused(written(tmp_path, content), "no pickle|not a pickle")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    refused(tmp_path / "missing.pkl", "No such file")
    refused(tmp_path, "Is a directory")


@pytest.mark.parametrize(
    "content",
    [1, [], {}, {"G_ema": None}, {"G_ema": {"synthesis": 1}}, {"G": 1}, OrderedDict(G_ema=[1]), ("G", "D", "Gs")],
    ids=repr,
)
def test_pickles_of_other_data(content: Any, tmp_path: Path) -> None:
    refused(written(tmp_path, pickle.dumps(content)), "no network G_ema")


@pytest.mark.parametrize(
    "forge",
    [
        lambda g: delattr(g, "synthesis"),
        lambda g: delattr(g, "c_dim"),
        lambda g: delattr(g.synthesis, "b4"),
        lambda g: delattr(g.synthesis.b8, "conv0"),
        lambda g: delattr(g.synthesis.b8.conv0, "weight"),
        lambda g: delattr(g.mapping, "w_avg"),
        lambda g: setattr(g, "z_dim", 7),
        lambda g: setattr(g, "z_dim", 10**9),
        lambda g: setattr(g, "c_dim", 2**31 - 1),
        lambda g: setattr(g, "c_dim", -1),
        lambda g: setattr(g, "w_dim", "4"),
        lambda g: setattr(g.mapping.fc0, "weight_gain", float("nan")),
        lambda g: setattr(g.mapping.fc0, "weight_gain", [1]),
        lambda g: setattr(g.mapping.fc0, "bias_gain", None),
        lambda g: setattr(g.mapping.fc0, "weight", torch.nn.Parameter(torch.zeros(3))),
        lambda g: setattr(g.synthesis.b8.conv0, "weight", torch.nn.Parameter(torch.zeros(3))),
        lambda g: setattr(g.synthesis.b8.torgb, "weight", torch.nn.Parameter(torch.zeros(()))),
        lambda g: setattr(g.synthesis.b8.conv0, "conv_clamp", "wide"),
        lambda g: g.__dict__.update(_modules=[1]),
        lambda g: g.__dict__.update(_modules={1: 2}),
        lambda g: g.synthesis.b4.__dict__.update(_parameters=3, _buffers=None),
    ],
)
def test_networks_that_are_damaged(forge: Any, tmp_path: Path) -> None:
    generator = small()
    forge(generator)
    refused(reference.write_snapshot(tmp_path / "n.pkl", generator), "damaged, or no StyleGAN2|no network")


def test_a_label_network_that_is_absurdly_large_is_not_computed(tmp_path: Path) -> None:
    discriminator = small_critic(c_dim=2)
    discriminator.mapping.embed = reference.FullyConnectedLayer(300_000, 1)
    discriminator.mapping.fc0 = reference.FullyConnectedLayer(1, 300_000, "lrelu")
    refused(reference.write_snapshot(tmp_path / "n.pkl", small(), discriminator), "too large")


# Hostile pickles: instructions put together by hand, so that nothing has to be importable to name it


class Raw(bytes):
    """Instructions, as against a value."""


def ops(value: Any) -> Raw:
    """The instructions for a value."""
    return value if isinstance(value, Raw) else Raw(pickle.dumps(value, 3)[2:-1])


def named(name: str) -> Raw:
    module, _, attribute = name.rpartition(".")
    return Raw(f"c{module}\n{attribute}\n".encode())


def call(function: str | Raw, *arguments: Any) -> Raw:
    target = function if isinstance(function, Raw) else named(function)
    return Raw(target + b"(" + b"".join(ops(argument) for argument in arguments) + b"tR")


def snapshot_with(extra: Raw) -> bytes:
    """A whole snapshot into which `extra` was slipped."""
    return b"\x80\x03}(" + ops("progress") + extra + ops("G_ema") + reference.pickled(small(), 3)[2:-1] + b"u."


def numbers(tensor: Tensor) -> bytes:
    """torch's stream for a tensor's numbers."""
    buffer = io.BytesIO()
    torch.save(tensor._typed_storage(), buffer, _use_new_zipfile_serialization=False)
    return buffer.getvalue()


def tensor_call(storage: Any, offset: Any = 0, size: Any = (4,), stride: Any = (1,)) -> Raw:
    hooks = call("collections.OrderedDict")
    return call("torch._utils._rebuild_tensor_v2", storage, offset, size, stride, False, hooks)


def storage_call(content: bytes) -> Raw:
    return call("torch.storage._load_from_bytes", content)


TOUCH = "touch ran"

CALLS = {
    "posix.system": call("posix.system", TOUCH),
    "os.system": call("os.system", TOUCH),
    "builtins.eval": call("builtins.eval", "open('ran', 'w')"),
    "builtins.exec": call("builtins.exec", "open('ran', 'w')"),
    "builtins.open": call("builtins.open", "ran", "w"),
    "builtins.getattr": call(call("builtins.getattr", call("builtins.__import__", "os"), "system"), TOUCH),
    "builtins.__import__": call(call("builtins.__import__", "os")),
    "subprocess.Popen": call("subprocess.Popen", TOUCH),
    "functools.partial": call(call("functools.partial", named("os.system"), TOUCH)),
    "torch.load": call("torch.load", "ran"),
    "torch.hub.load": call("torch.hub.load", "ran"),
    "torch.serialization.load": call("torch.serialization.load", "ran"),
    "numpy.load": call("numpy.load", "ran"),
    "runpy._run_code": call("runpy._run_code", "open('ran', 'w')"),
    "pickle.loads": call("pickle.loads", pickle.dumps(1)),
    "_codecs.encode": call("_codecs.encode", "x", "latin1"),
    "torch.nn.modules.conv.Conv2d": Raw(named("torch.nn.modules.conv.Conv2d") + b")\x81}b"),
    "torch_utils.persistence._src_to_module": call("torch_utils.persistence._src_to_module", "open('ran', 'w')"),
}


@pytest.fixture(autouse=True)
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The file that hostile pickles would write when they were run; it never appears."""
    monkeypatch.chdir(tmp_path)
    yield
    assert not (tmp_path / "ran").exists()


def test_the_hostile_pickles_are_really_hostile(tmp_path: Path) -> None:
    """Python's own reader runs them: they are not refused because they are no pickles."""
    for name in ("posix.system", "builtins.eval", "builtins.getattr", "functools.partial"):
        pickle.loads(b"\x80\x03" + CALLS[name] + b".")
        (tmp_path / "ran").unlink()


@pytest.mark.parametrize("name", CALLS)
def test_every_other_name_is_refused(name: str, tmp_path: Path) -> None:
    for content in (b"\x80\x03" + CALLS[name] + b".", snapshot_with(CALLS[name])):
        refused(written(tmp_path, content), f"asks for {name}, which no StyleGAN2 needs; nothing in it was run")


@pytest.mark.parametrize(
    "content",
    [
        b"\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x09touch ran\x85R.",
        b"cposix\nsystem\n(S'touch ran'\ntR.",
        b"\x80\x02(X\x09\0\0\0touch raniposix\nsystem\n.",
        b"\x80\x02(cposix\nsystem\nX\x09\0\0\0touch rano.",
        b"\x80\x04\x8c\x05posix\x94\x8c\x06system\x94h\0h\x01\x93\x8c\x09touch ran\x85R.",
        b"\x80\x04cposix\nsystem\n\x8c\x09touch ran\x85}\x92.",
    ],
    ids=["stack", "text", "inst", "obj", "memo", "kwargs"],
)
def test_every_way_to_name_a_function_is_watched(content: bytes, tmp_path: Path) -> None:
    refused(written(tmp_path, content), "asks for posix.system")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x80\x02\x82\x01.", "EXT1"),
        (b"\x80\x02P1\n.", "PERSID"),
        (b"\x80\x02K\x01Q.", "BINPERSID"),
        (b"\x80\x05\x97.", "NEXT_BUFFER"),
        (b"\x80\x02}}b.", "sets the state"),
        (ops({}) + call("collections.OrderedDict") + ops({"__class__": 1}) + b"b.", "sets the state"),
        (b"\x80\x02NK\x01a.", "no list"),
        (b"\x80\x02]K\x01K\x02s.", "no dictionary"),
        (b"\x80\x02})Ns.", "tuple for a key"),
        (b"\x80\x02}\x8a\x08\0\0\0\0\0\0\0\x40Ns.", "int for a key"),
    ],
)
def test_other_instructions_are_refused(content: bytes, words: str, tmp_path: Path) -> None:
    refused(written(tmp_path, content), words)


def test_a_name_cannot_forge_the_message(tmp_path: Path) -> None:
    name = "x\n\x1b[31mganima: all is well " + "x" * 5000
    content = b"\x80\x04" + ops(name) + ops("y") + b"\x93."
    refused(written(tmp_path, content), r"asks for x\\n\\x1b\[31mganima")


def test_the_source_inside_of_a_persistence_record_is_never_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "SOURCE", "open('ran', 'w')\nraise SystemExit\n")
    generator = small()
    same_pictures(generator, imported(tmp_path, generator))
    record = {"type": "class", "version": 6, "module_src": "open('ran', 'w')", "class_name": "ran", "state": {}}
    content = b"\x80\x03" + call("torch_utils.persistence._reconstruct_persistent_obj", record) + b"."
    assert read_pickle(written(tmp_path, content)) == StoredModule("ran", {})


@pytest.mark.parametrize(
    "record",
    [{}, {"type": "class", "class_name": "G"}, {"type": "function", "class_name": "G", "state": {}}, [], 1],
    ids=repr,
)
def test_persistence_records_without_a_network(record: Any, tmp_path: Path) -> None:
    content = b"\x80\x03" + call("torch_utils.persistence._reconstruct_persistent_obj", record) + b"."
    refused(written(tmp_path, content), "damaged")


def test_known_functions_are_not_called(tmp_path: Path) -> None:
    """Even the names that are known take only what they take in a network."""
    for content in (
        call("builtins.set", "abc"),
        call("collections.OrderedDict", [["a", 1]]),
        call("torch.Size", 3),
        call("numpy.dtype", 3),
        call("torch._utils._rebuild_parameter", 3, False, {}),
        call("numpy.core.multiarray.scalar", call("numpy.dtype", "O8", False, True), b"12345678"),
        call("numpy.core.multiarray.scalar", call("numpy.dtype", "f8", False, True), b"1234"),
        call(Raw(b"N")),
        call(Raw(b"]")),
    ):
        refused(written(tmp_path, b"\x80\x03" + content + b"."), "damaged")


# Hostile tensors


def test_a_tensor_that_is_put_together_by_hand_is_read(tmp_path: Path) -> None:
    storage = storage_call(numbers(torch.arange(6.0)))
    tensor = read_pickle(written(tmp_path, b"\x80\x03" + tensor_call(storage, 1, (2, 2), (1, 2)) + b"."))
    assert tensor.read().tolist() == [[1.0, 3.0], [2.0, 4.0]]


@pytest.mark.parametrize(
    ("offset", "size", "stride"),
    [
        (0, (7,), (1,)),
        (1, (6,), (1,)),
        (0, (2,), (6,)),
        (0, (2**40,), (0,)),
        (0, (2**30, 2**30, 2**30), (0, 0, 0)),
        (2**63, (1,), (1,)),
        (-1, (2,), (1,)),
        (0, (-2,), (1,)),
        (0, (2,), (-1,)),
        (0, (2, 2), (1,)),
        (0, [2], [1]),
        (0, ("2",), (1,)),
        (0, (1.0,), (1,)),
        (0, (1,) * 9, (1,) * 9),
    ],
)
def test_a_tensor_cannot_reach_beyond_its_numbers(offset: Any, size: Any, stride: Any, tmp_path: Path) -> None:
    storage = storage_call(numbers(torch.arange(6.0)))
    refused(written(tmp_path, b"\x80\x03" + tensor_call(storage, offset, size, stride) + b"."), "damaged")


def test_a_pickle_inside_of_a_tensor_is_watched_as_well(tmp_path: Path) -> None:
    plain = numbers(torch.arange(4.0))
    inside = b"ctorch\nFloatStorage\n"
    assert inside in plain
    hostile = [
        b"\x80\x02" + CALLS["posix.system"] + b".",
        plain.replace(inside, b"cposix\nsystem\n"),
        plain.replace(inside, CALLS["posix.system"]),
        plain + b"\x80\x02" + CALLS["posix.system"] + b".",
    ]
    words = ["asks for posix.system"] * 3 + ["damaged"]
    for content, said in zip(hostile, words, strict=True):
        refused(written(tmp_path, snapshot_with(tensor_call(storage_call(content)))), said)


def test_the_numbers_of_a_tensor_are_as_many_as_they_say(tmp_path: Path) -> None:
    plain = numbers(torch.arange(4.0))
    count, many = struct.pack("<q", 4), struct.pack("<q", 2**60)
    assert plain.endswith(count + struct.pack("<4f", 0, 1, 2, 3))
    for content in (
        b"",
        plain[:-1],
        plain + b"\0",
        plain[:-24] + many + plain[-16:],
        plain.replace(b"K\x04N", b"K\x05N"),
        plain.replace(b"K\x04N", b"\x8a\x08\0\0\0\0\0\0\0\x10N")[:-24] + many + plain[-16:],
        plain.replace(b"little_endian", b"LITTLE_ENDIAN"),
        plain.replace(b"FloatStorage", b"DoubleStorage"),
        b"PK\x03\x04" + plain,
    ):
        assert content != plain
        refused(written(tmp_path, b"\x80\x03" + tensor_call(storage_call(content)) + b"."), "damaged")


def test_a_tensor_inside_that_has_endless_instructions_is_refused(tmp_path: Path) -> None:
    content = b"\x80\x02" + b"N0" * 10 + b"]q\0" + b"h\0a" * 5000 + b"."
    refused(written(tmp_path, b"\x80\x03" + storage_call(content) + b"."), "instruction")


# Size and shape


HUGE = struct.pack("<Q", 2**62)


@pytest.mark.parametrize(
    "content",
    [
        b"\x80\x04\x8d" + HUGE + b"x",
        b"\x80\x04\x8e" + HUGE + b"x",
        b"\x80\x04\x8e" + struct.pack("<Q", 2**64 - 1) + b"x",
        b"\x80\x05\x96" + struct.pack("<Q", 2**40) + b"x",
        b"\x80\x04\x95" + HUGE + b"}.",
        b"\x80\x04\x95" + struct.pack("<Q", 100) + b"}.",
        b"\x80\x02\x8b" + struct.pack("<i", 2**31 - 1) + b"x",
        b"\x80\x02\x8b" + struct.pack("<i", -5) + b"x",
        b"\x80\x02X" + struct.pack("<I", 2**32 - 1) + b"x",
        b"\x80\x03B" + struct.pack("<I", 2**32 - 1) + b"x",
        b"\x80\x02}r\xff\xff\xff\xff.",
        b"\x80\x02}r\xff\xff\xff\xffj\xff\xff\xff\xff.",
        b"\x80\x02j\xff\xff\xff\xff.",
        b"\x80\x02h\x07.",
        b"\x80\x02]q\0" + b"h\0a" * 10_000 + b".",
        b"\x80\x02]" + b"]a" * 10_000 + b".",
        b"\x80\x02)" + b"\x85" * 20_000 + b".",
        b"\x80\x02" + b"(" * 20_000 + b"t" * 20_000 + b".",
        b"\x80\x02)q\0" + b"h\0h\0\x86q\0" * 60 + b"}h\0Ns.",
        b"\x80\x02](" + b")q\0" + b"h\0h\0\x86q\0" * 60 + b"e.",
        b"\x80\x02t.",
        b"\x80\x02u.",
        b"\x80\x02R.",
        b"\x80\x02.",
        b"\x80\x02" + b"\x8c\xff" + b"x" * 10,
    ],
)
def test_counts_memo_and_nesting_cost_no_more_than_the_file(content: bytes, tmp_path: Path) -> None:
    path = written(tmp_path, content)
    tracemalloc.start()
    try:
        refused(path, "damaged|no network|instruction|no pickle|for a key|far more")
        assert tracemalloc.get_traced_memory()[1] < 4_000_000 + 100 * len(content)
    finally:
        tracemalloc.stop()


def test_a_pickle_of_endless_instructions_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganima.interchange.pickle_reader.INSTRUCTIONS_MAX", 1000)
    refused(written(tmp_path, b"\x80\x02" + b"N" * 1001 + b"."), "far more instructions")
    assert read_pickle(written(tmp_path, b"\x80\x02" + b"N" * 900 + b".")) is None


def test_a_pickle_that_is_cut_off_anywhere_is_refused(source: Path, tmp_path: Path) -> None:
    content = source.read_bytes()
    path = tmp_path / "cut.pkl"
    for length in [*range(0, len(content), 64), len(content) - 1]:
        path.write_bytes(content[:length])
        with pytest.raises(GanimaError, match="damaged or cut off"):
            read_pickle(path)


def test_flipped_bytes_give_one_clear_line_or_another_model(source: Path, tmp_path: Path) -> None:
    content, rng = source.read_bytes(), random.Random(0)
    for number in range(150):
        changed = bytearray(content)
        for _ in range(rng.randint(1, 3)):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        path, out = written(tmp_path, bytes(changed)), tmp_path / f"{number}.safetensors"
        try:
            import_stylegan2(path, out)
        except GanimaError as error:
            assert "\n" not in str(error) and not out.exists()
        else:
            load_model(out)
