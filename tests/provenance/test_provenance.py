"""The label on every file, and the one door that writes it."""

import ast
import importlib.util
import io
import json
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

import ganima
from ganima import provenance
from ganima.errors import GanimaError
from ganima.picture.generator import Generator, GeneratorConfig
from ganima.picture.model import load_model, origin_of, save_picture_model
from ganima.provenance import Origin, verify
from ganima.provenance.formats.gif import EXTENSION, TRAILER
from ganima.provenance.formats.mp4 import XMP_UUID
from ganima.provenance.label import IPTC, RDF, RIGHTS

ORIGIN = Origin("portrait", "ab" * 32)
SOURCE = Path(ganima.__file__).parent
AIGC_FIELDS = [
    "Label",
    "ContentProducer",
    "ProduceID",
    "ReservedCode1",
    "ContentPropagator",
    "PropagateID",
    "ReservedCode2",
]
PAGE = "<!doctype html><html><head><title>x</title></head><body>AI-generated</body></html>"


needs_av = pytest.mark.skipif(importlib.util.find_spec("av") is None, reason="the extra video is not installed")


def noise(mode: str = "RGB", seed: int = 0) -> Image.Image:
    pixels = np.random.default_rng(seed).integers(0, 256, (24, 18, 4), dtype=np.uint8)
    return Image.fromarray(pixels).convert(mode)


@pytest.mark.parametrize("suffix", [".png", ".PNG", ".webp"])
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_a_picture_carries_its_label(tmp_path: Path, mode: str, suffix: str) -> None:
    path = tmp_path / f"picture{suffix}"
    provenance.save_picture(noise(mode), path, ORIGIN)
    verdict = verify(path)
    assert verdict.labelled
    assert verdict.tool == f"ganima {ganima.__version__}"
    assert (verdict.model, verdict.model_sha256) == ("portrait", "ab" * 32)
    assert verdict.source_type == "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    assert verdict.aigc is not None and list(verdict.aigc) == AIGC_FIELDS
    assert (verdict.aigc["Label"], verdict.aigc["ContentProducer"]) == ("1", "ganima")


def test_a_png_keeps_its_pixels_and_has_both_chunks(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    provenance.save_picture(noise("RGBA"), path, ORIGIN)
    with Image.open(path) as image:
        assert image.tobytes() == noise("RGBA").tobytes()
        assert list(json.loads(image.info["AIGC"])) == AIGC_FIELDS
        packet = image.info["XML:com.adobe.xmp"]
    description = ElementTree.fromstring(packet)[0][0]
    properties = {child.tag: child.text for child in description}
    assert properties["{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"] == provenance.SOURCE_TYPE
    assert json.loads(properties["{http://www.tc260.org.cn/ns/AIGC/1.0/}AIGC"] or "")["Label"] == "1"


ANIMATIONS = [".webp", ".gif", pytest.param(".mp4", marks=needs_av)]


@pytest.mark.parametrize("suffix", ANIMATIONS)
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_an_animation_carries_its_label(tmp_path: Path, mode: str, suffix: str) -> None:
    path = tmp_path / f"walk{suffix}"
    frames = [noise(mode, i) for i in range(4)]
    provenance.save_animation(frames, path, ORIGIN, 40)
    verdict = verify(path)
    assert verdict.labelled and (verdict.model, verdict.model_sha256) == ("portrait", "ab" * 32)
    assert verdict.source_type == provenance.SOURCE_TYPE
    assert verdict.aigc is not None and list(verdict.aigc) == AIGC_FIELDS
    assert len(verdict.aigc["ProduceID"]) == 32 and int(verdict.aigc["ProduceID"], 16)
    provenance.save_animation(frames, tmp_path / f"again{suffix}", ORIGIN, 40)
    assert (tmp_path / f"again{suffix}").read_bytes() == path.read_bytes()
    provenance.save_animation(frames[::-1], tmp_path / f"other{suffix}", ORIGIN, 40)
    assert (verify(tmp_path / f"other{suffix}").aigc or {})["ProduceID"] != verdict.aigc["ProduceID"]


@pytest.mark.parametrize(("suffix", "milliseconds", "lasts"), [(".webp", 1000 / 30, 200), (".gif", 1000 / 30, 200)])
def test_webp_and_gif_loop_for_ever_and_last_as_long_as_they_should(
    tmp_path: Path, suffix: str, milliseconds: float, lasts: int
) -> None:
    path = tmp_path / f"walk{suffix}"
    provenance.save_animation([noise(seed=i) for i in range(6)], path, ORIGIN, milliseconds)
    with Image.open(path) as image:
        assert (image.n_frames, image.info["loop"]) == (6, 0)  # type: ignore[attr-defined]
        durations = []
        for number in range(6):
            image.seek(number)
            image.load()
            durations.append(image.info["duration"])
    assert sum(durations) == lasts and max(durations) <= 40


def test_a_gif_shows_its_frames_and_keeps_what_is_transparent(tmp_path: Path) -> None:
    y, x = np.mgrid[:48, :40]
    frames = []
    for right in range(3):
        inside = (x - 15 - 3 * right) ** 2 + (y - 24) ** 2 < 100
        pixels = np.stack([4 * x, 3 * y, 90 + 20 * right + 0 * x, 255 * inside], axis=-1).astype(np.uint8)
        frames.append(Image.fromarray(pixels))
    provenance.save_animation(frames, tmp_path / "walk.gif", ORIGIN, 40)
    with Image.open(tmp_path / "walk.gif") as image:
        for number, frame in enumerate(frames):
            image.seek(number)
            shown, made = np.asarray(image.convert("RGBA"), int), np.asarray(frame, int)
            assert np.array_equal(shown[..., 3], made[..., 3])
            assert np.abs(shown - made)[made[..., 3] > 0].mean() < 4


def test_a_gif_holds_its_xmp_where_other_programs_skip_it(tmp_path: Path) -> None:
    provenance.save_animation([noise(seed=i) for i in range(2)], tmp_path / "walk.gif", ORIGIN, 40)
    content = (tmp_path / "walk.gif").read_bytes()
    start = content.index(EXTENSION) + len(EXTENSION)
    end = content.index(TRAILER) + len(TRAILER)
    ElementTree.fromstring(content[start : content.index(TRAILER)])
    # A reader that takes the packet for blocks with a length in front comes out exactly at its end.
    while content[start]:
        start += 1 + content[start]
    assert start + 1 == end


@needs_av
def test_an_mp4_plays_everywhere_and_has_both_labels(tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    y, x = np.mgrid[:49, :35]
    frames = [Image.fromarray(np.stack([x * 5, y * 4, 0 * x + 10 * i], -1).astype(np.uint8)) for i in range(6)]
    path = tmp_path / "walk.mp4"
    provenance.save_animation(frames, path, ORIGIN, 1000 / 24)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.pix_fmt == "yuv420p" and stream.average_rate == 24
        assert (stream.width, stream.height) == (34, 48)
        assert json.loads(container.metadata["AIGC"])["Label"] == "1"
        shown = [frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)]
    assert len(shown) == 6
    for number, frame in enumerate(frames):
        assert np.abs(shown[number] - np.asarray(frame, int)[:48, :34]).mean() < 6
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat"), "it can be shown before it has arrived"
    packet = content[content.index(XMP_UUID) + 16 :]
    assert b"trainedAlgorithmicMedia" in packet
    # Each of the two labels alone is enough.
    for broken in (content.replace(XMP_UUID, bytes(16)), content.replace(b"mdtaAIGC", b"mdtaxxxx")):
        path.write_bytes(broken)
        assert verify(path).labelled


def test_frames_are_asked_for_one_at_a_time(tmp_path: Path) -> None:
    alive: list[weakref.ref[Image.Image]] = []
    most = 0

    class Frames:
        def __len__(self) -> int:
            return 12

        def __iter__(self) -> Iterator[Image.Image]:
            nonlocal most
            for seed in range(12):
                image = noise(seed=seed)
                alive.append(weakref.ref(image))
                most = max(most, sum(ref() is not None for ref in alive))
                yield image

    provenance.save_animation(Frames(), tmp_path / "walk.webp", ORIGIN, 40)
    assert len(alive) == 12 and most <= 3


def test_an_mp4_without_pyav_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(GanimaError, match=r"\.\[video\]"):
        provenance.save_animation([noise()], tmp_path / "walk.mp4", ORIGIN, 40)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("name", "milliseconds"), [("walk.mov", 40), ("walk", 40), ("walk.gif", 1000 / 60)])
def test_an_animation_that_nothing_can_show_is_refused(tmp_path: Path, name: str, milliseconds: float) -> None:
    with pytest.raises(GanimaError, match=r"\.webp"):
        provenance.save_animation([noise()], tmp_path / name, ORIGIN, milliseconds)


@pytest.mark.parametrize(
    "suffix", [".png", ".webp", ".html", ".json", "-moving.webp", ".gif", pytest.param(".mp4", marks=needs_av)]
)
def test_consent_goes_into_every_file_and_comes_back(tmp_path: Path, suffix: str) -> None:
    consent = 'Zoë <zoe@example.org> & "Co" agreed on 2025-03-01, for a game 同意'
    origin, path = Origin("zoe", "ab" * 32, consent), tmp_path / f"file{suffix}"
    if suffix == ".html":
        provenance.save_page(PAGE, path, origin)
    elif suffix == ".json":
        provenance.save_json({"name": "Zoë"}, path, origin)
    elif suffix in (".png", ".webp"):
        provenance.save_picture(noise(), path, origin)
    else:
        provenance.save_animation([noise(), noise(seed=1)], path, origin, 40)
    assert verify(path).consent == consent and verify(path).labelled


def test_the_consent_is_in_the_field_for_terms_of_use_and_other_terms_are_none(tmp_path: Path) -> None:
    provenance.save_picture(noise(), tmp_path / "a.png", Origin("zoe", "", "Zoë agreed"))
    with Image.open(tmp_path / "a.png") as image:
        packet = image.info["XML:com.adobe.xmp"]
    terms = ElementTree.fromstring(packet)[0][0].find(f"{{{RIGHTS}}}UsageTerms")
    assert terms is not None and "".join(terms.itertext()) == "Consent: Zoë agreed"
    others = packet.replace("Consent: Zoë agreed", "CC BY 4.0")
    noise().save(tmp_path / "b.jpg", xmp=others.encode())
    assert verify(tmp_path / "b.jpg").labelled and verify(tmp_path / "b.jpg").consent == ""


def test_a_model_passes_the_consent_of_its_card_on(tmp_path: Path) -> None:
    config = GeneratorConfig(16, 16, 3, (8, 8), z_dim=8, w_dim=8)
    for card in ({"name": "zoe", "consent": "Zoë agreed"}, {"name": "nobody"}):
        save_picture_model(tmp_path / "m.safetensors", Generator(config), None, card)
        model = load_model(tmp_path / "m.safetensors")
        assert origin_of(model) == Origin(card["name"], model.sha256, card.get("consent", ""))


def test_a_picture_and_its_json_are_written_both_or_neither(tmp_path: Path) -> None:
    written = provenance.save_picture_with_json(noise(), tmp_path / "new" / "look.webp", {"seed": 7}, ORIGIN)
    assert written == tmp_path / "new" / "look.json"
    assert verify(written).labelled and verify(tmp_path / "new" / "look.webp").labelled
    (tmp_path / "b.json").mkdir()
    with pytest.raises(GanimaError, match="cannot write"):
        provenance.save_picture_with_json(noise(), tmp_path / "b.png", {"seed": 7}, ORIGIN)
    assert {path.name for path in tmp_path.iterdir()} == {"new", "b.json"}


def test_the_same_picture_gives_the_same_bytes_and_another_one_another_number(tmp_path: Path) -> None:
    def written(name: str, seed: int, origin: Origin = ORIGIN) -> bytes:
        provenance.save_picture(noise(seed=seed), tmp_path / name, origin)
        return (tmp_path / name).read_bytes()

    assert written("a.png", 1) == written("b.png", 1)
    assert written("a.webp", 1) == written("b.webp", 1)
    written("c.png", 2)
    written("d.png", 1, Origin("portrait", "cd" * 32))
    numbers = {(verify(tmp_path / f"{name}.png").aigc or {})["ProduceID"] for name in "acd"}
    assert len(numbers) == 3


@pytest.mark.parametrize("model", ["<b>&\"'", "日本語 😀", "a\x00b\x0b", "lone \ud800 surrogate", ""])
def test_any_model_name_leaves_a_readable_label(tmp_path: Path, model: str) -> None:
    origin = Origin(model)
    provenance.save_picture(noise(), tmp_path / "a.png", origin)
    provenance.save_picture(noise(), tmp_path / "a.webp", origin)
    provenance.save_page(PAGE, tmp_path / "a.html", origin)
    provenance.save_json({}, tmp_path / "a.json", origin)
    readable = "".join(letter for letter in model if letter.isprintable())
    for suffix in ("png", "webp"):
        assert verify(tmp_path / f"a.{suffix}").labelled
        assert verify(tmp_path / f"a.{suffix}").model == readable
    assert verify(tmp_path / "a.html").labelled and verify(tmp_path / "a.json").labelled


def test_a_page_carries_its_label_and_says_it_in_words(tmp_path: Path) -> None:
    path = tmp_path / "index.html"
    provenance.save_page(PAGE, path, ORIGIN)
    assert verify(path) == provenance.Verdict(
        True, provenance.TOOL, "portrait", "ab" * 32, provenance.SOURCE_TYPE, verify(path).aigc
    )
    assert list(verify(path).aigc or {}) == AIGC_FIELDS
    assert path.read_bytes().index(b'<meta charset="utf-8">') < 1024
    with pytest.raises(ValueError, match="AI-generated"):
        provenance.save_page(PAGE.replace("AI-generated", ""), path, ORIGIN)


def test_a_description_carries_its_label(tmp_path: Path) -> None:
    path = tmp_path / "character.json"
    provenance.save_json({"name": "Zoë", "seed": 7}, path, ORIGIN)
    data = json.loads(path.read_text(encoding="utf-8"))
    assert (data["name"], data["seed"], data["ai_generated"]) == ("Zoë", 7, True)
    assert list(data["AIGC"]) == AIGC_FIELDS
    assert verify(path).labelled and verify(path).model_sha256 == "ab" * 32


def test_a_training_picture_is_not_said_to_be_made_by_ai(tmp_path: Path) -> None:
    provenance.save_training_picture(noise(), tmp_path / "face.png")
    assert verify(tmp_path / "face.png") == provenance.Verdict(False)


def test_labels_that_others_wrote_are_read(tmp_path: Path) -> None:
    chunk = PngInfo()
    chunk.add_text("AIGC", '{"AIGC": {"Label": "2", "ContentProducer": "someone"}}')
    noise().save(tmp_path / "wrapped.png", pnginfo=chunk)
    assert verify(tmp_path / "wrapped.png").labelled
    assert (verify(tmp_path / "wrapped.png").aigc or {})["ContentProducer"] == "someone"
    # XMP may write a property as an attribute.
    packet = f"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}"><rdf:Description rdf:about=""
        xmlns:e="{IPTC}" e:DigitalSourceType="{provenance.SOURCE_TYPE}"/></rdf:RDF></x:xmpmeta>"""
    noise().save(tmp_path / "photo.jpg", xmp=packet.encode())
    assert verify(tmp_path / "photo.jpg").labelled


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"<x",
        b"\xff\xfe\x00",
        b"not xml",
        b'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><r>&b;</r>',
        b'<?xml version="1.0" encoding="no-such"?><r/>',
    ],
)
def test_a_damaged_label_is_no_label(tmp_path: Path, packet: bytes) -> None:
    noise().save(tmp_path / "photo.webp", xmp=packet)
    assert not verify(tmp_path / "photo.webp").labelled


def test_broken_and_foreign_files_are_named(tmp_path: Path) -> None:
    provenance.save_picture(noise(), tmp_path / "whole.png", ORIGIN)
    names = ["whole.png"]
    for suffix in (".webp", ".gif") + ((".mp4",) if importlib.util.find_spec("av") else ()):
        provenance.save_animation([noise(seed=i) for i in range(4)], tmp_path / f"whole{suffix}", ORIGIN, 40)
        names.append(f"whole{suffix}")
    for name in names:
        content = (tmp_path / name).read_bytes()
        for length in (0, 10, len(content) // 2, len(content) - 40):
            (tmp_path / f"cut{Path(name).suffix}").write_bytes(content[:length])
            with pytest.raises(GanimaError, match="cut"):
                verify(tmp_path / f"cut{Path(name).suffix}")
    others = {"text.txt": b"hello", "bad.json": b"{", "deep.json": b"[" * 100_000, "bad.html": b"\xff\xfe\xff"}
    others |= {"bad.gif": b"GIF89a", "bad.mp4": b"\0\0\0\x08ftyp", "text.mp4": b"hello, this is no film"}
    for name, content in others.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(GanimaError, match=name):
            verify(tmp_path / name)
    for path in (tmp_path, tmp_path / "missing.png", tmp_path / "missing.html"):
        with pytest.raises(GanimaError, match="cannot read"):
            verify(path)


def test_what_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(GanimaError, match=r"\.png or \.webp"):
        provenance.save_picture(noise(), tmp_path / "picture.jpg", ORIGIN)
    with pytest.raises(GanimaError, match=r"\.webp"):
        provenance.save_animation([noise()], tmp_path / "idle.png", ORIGIN, 40)
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(GanimaError, match="cannot write"):
        provenance.save_picture(noise(), tmp_path / "folder.png", ORIGIN)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.png"]


def test_a_picture_in_memory_is_the_file(tmp_path: Path) -> None:
    provenance.save_picture(noise(), tmp_path / "a.webp", ORIGIN)
    content = provenance.picture_bytes(noise(), ORIGIN, "WEBP")
    assert content == (tmp_path / "a.webp").read_bytes()
    assert Image.open(io.BytesIO(content)).size == (18, 24)


def test_the_door_does_not_wait_for_torch() -> None:
    code = "import sys, ganima.provenance; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": str(SOURCE.parent)})


PICTURE_WRITERS = {"save", "imsave", "imwrite", "imencode", "savefig", "save_image", "write_png", "write_jpeg"}
SOUND_WRITERS = {"soundfile.write", "sf.write", "wavfile.write"}
BYTE_WRITERS = {"write_bytes", "tofile", "memmap", "open_memmap", "fdopen", "NamedTemporaryFile"}
NO_PICTURES = {
    ("files/atomic.py", "beside.open"): "nothing: it flushes what another function wrote",
    ("files/atomic.py", "os.open"): "nothing: it flushes the names in a folder",
    ("training/loop.py", "checkpoint.save"): "a training's state, as safetensors",
    ("models/file.py", "beside.write_bytes"): "a model, as safetensors",
    ("models/file.py", "from safetensors.torch import …"): "tensors to bytes",
    ("interchange/onnx.py", "onnx.save"): "a model, as ONNX",
    ("latent/directions.py", "beside.write_bytes"): "directions of a model, as safetensors",
    ("latent/encoder/model.py", "beside.write_bytes"): "an encoder, as safetensors",
    ("latent/encoder/model.py", "from safetensors.torch import …"): "tensors to bytes",
    ("latent/directions.py", "from safetensors.torch import …"): "tensors to bytes",
    ("data/store.py", "np.memmap"): "decoded pictures for training, in a file without a name",
    ("data/store.py", "path.open"): "decoded pictures for training, in the user's cache folder",
    ("evaluation/corruptions.py", "image.save"): "a JPEG in memory, which is read again at once",
    ("jobs/events.py", "self._path.open"): "what a job tells, as lines of JSON",
    ("jobs/queue.py", "(store / '.runners.log').open"): "what the processes that run jobs complain of",
    ("jobs/run.py", "beside.write_bytes"): "zeros, so that there is room to say how a job ended",
    ("jobs/runner.py", "os.open"): "the null device, when nobody listens any more",
    ("jobs/runner.py", "(job.folder / 'log.txt').open"): "what a job's process writes",
    ("cli/main.py", "os.open"): "the null device, when nobody reads the output any more",
}
"""Calls outside of `provenance` that write bytes which are no pictures: (file, call) and what they write."""


def writers(source: str) -> list[str]:
    """What in `source` could write a picture or sound: functions of that name, called or passed, and open files."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and {alias.name for alias in node.names} & PICTURE_WRITERS:
            found.append(f"from {node.module} import …")
        elif isinstance(node, ast.Attribute) and node.attr in PICTURE_WRITERS | BYTE_WRITERS:
            found.append(ast.unparse(node))
        elif isinstance(node, ast.Attribute) and ".".join(ast.unparse(node).split(".")[-2:]) in SOUND_WRITERS:
            found.append(ast.unparse(node))
        elif isinstance(node, ast.Call) and opens_for_bytes(node):
            found.append(ast.unparse(node.func))
    return found


def opens_for_bytes(call: ast.Call) -> bool:
    """Whether the call is an `open` that may write bytes; a mode that is computed may be any mode."""
    name = ast.unparse(call.func)
    if name.rpartition(".")[2] not in ("open", "SoundFile") or name == "Image.open":
        return False
    if name == "os.open":
        return True
    without_b = name == "av.open" or name.endswith("SoundFile")
    modes = call.args[1:2] if without_b or name in ("open", "io.open", "wave.open") else call.args[:1]
    modes += [keyword.value for keyword in call.keywords if keyword.arg == "mode"]
    values = [str(mode.value) for mode in modes if isinstance(mode, ast.Constant)]
    written = {"w", "a"} if name == "av.open" else set("wax+")
    binary = without_b or any("b" in value for value in values)
    return len(values) < len(modes) or any(binary and written & set(value) for value in values)


@pytest.mark.parametrize(
    "source",
    [
        "image.save('a.png')",
        "Image.fromarray(x).save(buffer, 'PNG')",
        "plt.imsave('a.png', x)",
        "cv2.imwrite('a.png', x)",
        "open('a.png', 'wb').write(x)",
        "open('a.png', mode='xb')",
        "path.open('ab')",
        "path.open(mode)",
        "os.open('a.png', os.O_WRONLY)",
        "av.open('a.mp4', 'w')",
        "wave.open('a.wav', 'wb')",
        "soundfile.SoundFile('a.wav', 'w', 24000, 1)",
        "soundfile.write('a.wav', x, 24000)",
        "scipy.io.wavfile.write('a.wav', 24000, x)",
        "path.write_bytes(x)",
        "from torchvision.utils import save_image",
        "pool.map(image.save, paths)",
    ],
)
def test_the_scan_sees_every_way_to_write_a_picture(source: str) -> None:
    assert writers(source)


@pytest.mark.parametrize(
    "source",
    [
        "open('a.txt', 'w')",
        "path.open('rb')",
        "open(path)",
        "Image.open(path)",
        "path.open()",
        "av.open(path)",
        "soundfile.SoundFile(path)",
        "wave.open(path)",
    ],
)
def test_the_scan_lets_reading_and_text_pass(source: str) -> None:
    assert not writers(source)


def test_no_other_module_writes_a_picture() -> None:
    files = sorted(SOURCE.rglob("*.py"))
    assert len(files) > 20
    found = {
        (file.relative_to(SOURCE).as_posix(), call)
        for file in files
        if file.parent != SOURCE / "provenance"
        for call in writers(file.read_text(encoding="utf-8"))
    }
    assert found - set(NO_PICTURES) == set(), "write pictures and sound through ganima.provenance"
