"""A character in a folder: its files, its looks, its loop, its page, its name."""

import base64
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from reporters import Remembering
from untrained import generator, give_directions, in_memory, saved

from ganima import provenance
from ganima.character import create, looks, sheet, voice
from ganima.character.create import DESCRIPTION, LOOP, PAGE, PORTRAIT, SHEET, Character, create_character
from ganima.character.edits import SAME, edits
from ganima.character.looks import BRIGHTNESS, CONTRAST, WARMTH, Person, measure
from ganima.character.name import NAMES, check_name, name_of
from ganima.character.voice import HELLO, TIMING, VOICE_FILE
from ganima.cli.character import same_command
from ganima.errors import Cancelled, GanimaError
from ganima.latent import latents
from ganima.latent.directions import directions_path
from ganima.latent.edit import edit
from ganima.latent.latents import Latent, of_seed, read
from ganima.picture.classic import ClassicConfig, ClassicGenerator
from ganima.picture.grid import to_images
from ganima.picture.model import Model, load_model, save_picture_model
from ganima.picture.render import pictures
from ganima.picture.sample import sample
from ganima.picture.truncation import TRUNCATION, mean_of

CARD = {"name": "tiny", "licence": "CC BY <3.0>", "attribution": "Somebody & Co"}
FILES = {DESCRIPTION, PORTRAIT, SHEET, LOOP, PAGE, VOICE_FILE, HELLO, TIMING}


def classic() -> ClassicGenerator:
    torch.manual_seed(0)
    return ClassicGenerator(ClassicConfig()).eval().requires_grad_(False)


KINDS = {
    "colour": generator,
    "grey": lambda: generator(channels=1),
    "transparent": lambda: generator(channels=4),
    "wide": lambda: generator(height=12, width=40),
    "classes": lambda: generator(classes=2),
    "noise": lambda: generator(noise=True),
    "classic": classic,
}


def person_of(kind: str, seed: int = 3) -> Person:
    model = in_memory(KINDS[kind](), classes=["cat", "dog"] if kind == "classes" else [])
    return Person(model, of_seed(model, seed, TRUNCATION), seed)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("models") / "tiny.safetensors"
    save_picture_model(path, generator(), None, CARD)
    return str(path)


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    """Smaller pictures, fewer frames, and a voice that is soon chosen and says little: nothing depends on it here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(create, "SIDE", 72)
        patch.setattr(sheet, "CELL", 72)
        patch.setattr(looks, "FRAMES", 12)
        patch.setattr(voice, "TRIES", 1)
        patch.setattr(voice, "NAMED", "I am {}.")
        patch.setattr(voice, "NAMELESS", "Hi.")
        yield


@pytest.fixture(scope="module")
def ada(tmp_path_factory: pytest.TempPathFactory, model: str) -> Character:
    """A character to look at."""
    return create_character(tmp_path_factory.mktemp("characters") / "new" / "ada", "Zoë 日本", 7, model)


class Page(HTMLParser):
    """What the tests look at in a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.tags: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "srcset", "href", "data", "action")]
        if tag == "img":
            self.images.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_character_is_whole_and_every_file_says_that_ai_made_it(ada: Character, model: str) -> None:
    character = ada
    assert (character.name, character.seed, character.model) == ("Zoë 日本", 7, "tiny")
    assert character.folder.name == "ada" and character.page.is_file()
    assert {path.name for path in character.folder.iterdir()} == FILES
    for path in character.folder.iterdir():
        verdict = provenance.verify(path)
        assert verdict.labelled and verdict.aigc, path.name
        if path.name in (VOICE_FILE, HELLO, TIMING):
            assert verdict.model in ("callie", "voices") and len(verdict.model_sha256) == 64
        else:
            assert (verdict.model, verdict.model_sha256) == ("tiny", load_model(Path(model)).sha256)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_and_another_one_another_character(tmp_path: Path, model: str) -> None:
    a, b, c = (
        create_character(tmp_path / name, None, seed, model).folder for name, seed in zip("abc", (7, 7, 8), strict=True)
    )
    for name in FILES:
        assert (a / name).read_bytes() == (b / name).read_bytes(), name
        assert (a / name).read_bytes() != (c / name).read_bytes(), name


@pytest.mark.slow
def test_without_a_seed_one_is_drawn_and_recorded(tmp_path: Path, model: str) -> None:
    first, second = (create_character(tmp_path / name, model=model) for name in "ab")
    assert first.seed != second.seed
    assert json.loads((first.folder / DESCRIPTION).read_text("utf-8"))["seed"] == first.seed
    again = create_character(tmp_path / "again", first.name, first.seed, model)
    assert again.page.read_bytes() == first.page.read_bytes()


def test_the_description_is_enough_to_make_the_portrait_again(ada: Character, model: str) -> None:
    folder = ada.folder
    data = json.loads((folder / DESCRIPTION).read_text("utf-8"))
    assert (data["name"], data["seed"], data["ai_generated"]) == ("Zoë 日本", 7, True)
    loaded = load_model(Path(model))
    assert data["model"] == {
        "name": "tiny",
        "sha256": loaded.sha256,
        "space": loaded.space,
        "licence": "CC BY <3.0>",
        "attribution": "Somebody & Co",
    }
    place = of_seed(loaded, 7, TRUNCATION)
    assert torch.equal(torch.tensor(data["latent"]["z"]), place.z)
    assert torch.equal(torch.tensor(data["latent"]["w"]), place.ws[0])
    assert torch.equal(read(str(folder), loaded, 1.0).ws, place.ws)
    own = to_images(loaded.generator.synthesis(torch.tensor([data["latent"]["w"]])))[0]
    said = data["files"]["portrait"]
    assert said["made_at"] == [18, 24]
    with Image.open(folder / PORTRAIT) as portrait:
        assert portrait.size == (said["width"], said["height"]) == (54, 72)
        assert np.array_equal(np.asarray(portrait), np.asarray(own.resize(portrait.size, Image.Resampling.LANCZOS)))


def test_a_character_is_the_first_sample_of_its_seed(model: str) -> None:
    loaded = load_model(Path(model))
    person = Person(loaded, of_seed(loaded, 5, TRUNCATION), 5)
    first = next(sample(loaded, seed=5, truncation=TRUNCATION))
    assert np.abs(np.asarray(first, int) - np.asarray(person.image(), int)).max() <= 1


@pytest.mark.parametrize("kind", KINDS)
def test_looks_are_eight_other_pictures_of_the_person(kind: str) -> None:
    person = person_of(kind)
    own = person.image()
    found = person.looks()
    assert len(found) == 8
    assert len({look.image.tobytes() for look in found} | {own.tobytes()}) == 9
    assert {(look.image.size, look.image.mode) for look in found} == {(own.size, own.mode)}
    assert own.mode == {1: "L", 3: "RGB", 4: "RGBA"}[person.generator.config.channels]
    assert len({look.caption for look in found}) == 8


@pytest.mark.parametrize("kind", ["colour", "grey", "transparent"])
def test_the_captions_are_true(kind: str) -> None:
    person = person_of(kind)
    meaning = {
        "Brighter": (BRIGHTNESS, 1),
        "Darker": (BRIGHTNESS, -1),
        "Warmer": (WARMTH, 1),
        "Cooler": (WARMTH, -1),
        "More contrast": (CONTRAST, 1),
        "Softer": (CONTRAST, -1),
    }
    told = [look for look in person.looks() if look.caption in meaning]
    assert len(told) >= 2
    for look in told:
        column, sign = meaning[look.caption]
        pixels = torch.from_numpy(np.array(look.image)).float() / 127.5 - 1
        picture = pixels[None, None] if pixels.ndim == 2 else pixels.permute(2, 0, 1)[None]
        change = float(measure(picture, person.portrait).values[0, column])
        assert sign * change > 0.005
        assert f"{100 * change:+.0f} %" in look.detail or abs(100 * change - float(look.detail.split()[-2])) < 1


def test_a_look_keeps_the_class() -> None:
    net = generator(classes=2)
    model = in_memory(net, classes=["cat", "dog"])
    for seed in range(8):
        place = of_seed(model, seed, TRUNCATION)
        assert place.z is not None and place.label is not None
        centre = mean_of(net, place.label)[0]
        w = centre.lerp(net.mapping(place.z[None], place.label[None])[0], TRUNCATION)
        assert torch.allclose(place.ws, w.expand(6, -1), atol=1e-6)
    labels = [of_seed(model, seed).label for seed in range(8)]
    assert {int(label) for label in labels if label is not None} == {0, 1}
    assert of_seed(model, 0, label=torch.tensor(1)).label == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_loop_is_closed_and_moves_a_little(kind: str) -> None:
    person = person_of(kind)
    frames = [np.asarray(frame, float) for frame in person.loop()]
    steps = [np.abs(a - b).mean() for a, b in zip(frames, frames[1:] + frames[:1], strict=True)]
    assert len(frames) == 12
    assert min(steps) > 0
    assert steps[-1] <= 1.5 * max(steps[:-1])
    assert np.array_equal(frames[0], np.asarray(person.image(), float))
    assert max(np.abs(frame - frames[0]).mean() for frame in frames) < 40


def test_making_looks_leaves_the_global_random_numbers_alone() -> None:
    model = in_memory(generator(noise=True))
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    Person(model, of_seed(model, 3, TRUNCATION), 3)
    assert torch.equal(torch.rand(3), expected)


def test_a_turned_and_a_brighter_picture_are_measured() -> None:
    y, x = torch.meshgrid(torch.linspace(-2, 2, 48), torch.linspace(-2, 2, 36), indexing="ij")

    def blob(right: float, down: float, light: float = 0.0) -> torch.Tensor:
        moved = torch.exp(-((x - right * 4 / 35) ** 2) - 2 * (y - down * 4 / 47) ** 2) - 0.5 + light
        return moved.expand(1, 3, -1, -1)

    values = measure(torch.cat([blob(0.5, 0), blob(0, -0.5), blob(0, 0, 0.1)]), blob(0, 0)).values
    assert values[0, 3:].tolist() == pytest.approx([0.5, 0], abs=0.05)
    assert values[1, 3:].tolist() == pytest.approx([0, -0.5], abs=0.05)
    assert values[2].tolist() == pytest.approx([0.05, 0, 0, 0, 0], abs=0.01)
    likeness = measure(blob(0, 0, 0.1), blob(0, 0)).structure @ measure(blob(0, 0), blob(0, 0)).structure[0]
    assert float(likeness) == pytest.approx(1, abs=1e-3)


@pytest.mark.slow
def test_the_page_needs_nothing_else_and_tells_all(tmp_path: Path, model: str) -> None:
    name = "Ada <script>alert('x')</script> & \"Co\""
    html = create_character(tmp_path / "ada", name, 7, model, again=same_command).page.read_text("utf-8")
    page = Page(html)
    assert page.addresses and all(address.startswith("data:") for address in page.addresses)
    assert html.count("<script>") == 1 and "script-src 'sha256-" in html, "its own script, and no other"
    assert "url(" not in html and "@import" not in html
    assert len(page.images) == 9
    assert all(image["alt"] and image["width"] and image["height"] for image in page.images)
    assert name in page.text
    assert "This character is AI-generated" in page.text
    assert "CC BY <3.0>" in page.text and "Somebody & Co" in page.text
    assert "ganima create --out character --name 'Ada <script>" in page.text and "--seed 7" in page.text
    assert "prefers-color-scheme: dark" in html and "width=device-width" in html
    for path in (tmp_path, Path(model).parent):
        assert str(path) not in html


def test_the_pictures_inside_the_page_are_labelled_too(tmp_path: Path, ada: Character) -> None:
    html = ada.page.read_text("utf-8")
    inside = re.findall(r'"data:image/webp;base64,([^"]+)"', html)
    assert len(inside) == 10
    for number, text in enumerate(inside):
        (tmp_path / f"{number}.webp").write_bytes(base64.b64decode(text))
        assert provenance.verify(tmp_path / f"{number}.webp").model == "tiny"


def test_the_sheet_shows_nine_pictures(ada: Character) -> None:
    with Image.open(ada.folder / SHEET) as image:
        assert image.mode == "RGB" and image.width > 3 * 54 and image.height > 3 * 72


def test_an_existing_folder_is_left_alone(tmp_path: Path, model: str) -> None:
    out = tmp_path / "ada"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    with pytest.raises(GanimaError, match="`force`"):
        create_character(out, "Ada", 7, model)
    with pytest.raises(GanimaError, match="no character"):
        create_character(out, "Ada", 7, model, force=True)
    assert [path.name for path in out.iterdir()] == ["mine.txt"]
    (tmp_path / "file").write_text("mine")
    for force in (False, True):
        with pytest.raises(GanimaError):
            create_character(tmp_path / "file", "Ada", 7, model, force=force)
    with pytest.raises(GanimaError, match="cannot write"):
        create_character(tmp_path / "file" / "ada", "Ada", 7, model)


@pytest.mark.slow
def test_force_replaces_a_character_as_a_whole(tmp_path: Path, model: str) -> None:
    out = tmp_path / "ada"
    create_character(out, "Ada", 7, model)
    (out / "old.txt").write_text("old")
    with pytest.raises(GanimaError, match="`force`"):
        create_character(out, "Bob", 8, model)
    create_character(out, "Bob", 8, model, force=True)
    assert {path.name for path in out.iterdir()} == FILES
    assert json.loads((out / DESCRIPTION).read_text("utf-8"))["name"] == "Bob"
    assert [path.name for path in tmp_path.iterdir()] == ["ada"]


@pytest.mark.slow
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_half_way_leaves_everything_as_it_was(
    tmp_path: Path, model: str, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    create_character(tmp_path / "old", "Ada", 7, model)
    before = (tmp_path / "old" / PAGE).read_bytes()

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(provenance, "save_animation", fail)
    for out in (tmp_path / "old", tmp_path / "new" / "ada"):
        with pytest.raises(GanimaError if isinstance(error, OSError) else KeyboardInterrupt):
            create_character(out, "Bob", 8, model, force=True)
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    assert (tmp_path / "old" / PAGE).read_bytes() == before


@pytest.mark.parametrize("stage", ["drawing", "designing a voice"])
def test_a_cancelled_creation_leaves_everything_as_it_was(tmp_path: Path, model: str, stage: str) -> None:
    class Until(Remembering):
        @property
        def cancelled(self) -> bool:
            return bool(self.told) and self.told[-1][0] == stage

    report = Until()
    with pytest.raises(Cancelled):
        create_character(tmp_path / "ada", "Ada", 7, model, report=report)
    assert list(tmp_path.iterdir()) == []
    stages = list(dict.fromkeys(stage for stage, _, _ in report.told))
    assert ["drawing", "writing pictures", "designing a voice"][: len(stages)] == stages


@pytest.mark.slow
def test_an_interrupted_replacement_puts_the_old_character_back(
    tmp_path: Path, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "ada"
    create_character(out, "Ada", 7, model)
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.name.endswith(".part"):
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(GanimaError, match="Input/output error"):
        create_character(out, "Bob", 8, model, force=True)
    assert json.loads((out / DESCRIPTION).read_text("utf-8"))["name"] == "Ada"
    assert [path.name for path in tmp_path.iterdir()] == ["ada"]


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_out_of_range_is_an_error(tmp_path: Path, model: str, seed: int) -> None:
    with pytest.raises(GanimaError, match="seed"):
        create_character(tmp_path / "ada", "Ada", seed, model)


@pytest.mark.parametrize("name", ["", "  ", "a" * 81, "a\nb", "a\x00b", "a\x1b[31mb", "a\u202eb", "\ud800", "a\u2028b"])
def test_names_that_cannot_be_shown_are_refused(tmp_path: Path, model: str, name: str) -> None:
    with pytest.raises(GanimaError, match="name"):
        create_character(tmp_path / "ada", name, 7, model)
    assert not (tmp_path / "ada").exists()


@pytest.mark.parametrize("name", ["A", "a" * 80, "Zoë", "美咲", "مریم", "👩🏽‍🚀", "O'Neil", "../../etc", "<b>"])
def test_names_of_any_language_are_kept(name: str) -> None:
    assert check_name(f" {name} ") == name


@pytest.mark.slow
def test_names_from_seeds_are_many_and_stay(tmp_path: Path, model: str) -> None:
    assert len(NAMES) == len(set(NAMES))
    assert [name_of(seed) for seed in range(3)] == [name_of(seed) for seed in range(3)]
    assert len({name_of(seed) for seed in range(500)}) > 0.9 * len(NAMES)
    assert create_character(tmp_path / "ada", None, 7, model).name == name_of(7)


@pytest.fixture
def named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Model:
    """A model that has a name and two sliders."""
    monkeypatch.setenv("GANIMA_MODELS", str(tmp_path / "models"))
    (tmp_path / "models").mkdir()
    other = generator()
    other.w_mean.add_(0.01)
    found = saved(tmp_path / "models" / "named.safetensors", other)
    give_directions(found, "smile", "age")
    return found


@pytest.mark.slow
def test_sliders_are_set_and_written_down(tmp_path: Path, named: Model) -> None:
    settings = {"smile": 1.5, "age": -1.0}
    a, b = (
        create_character(tmp_path / name, None, 7, "named", settings=settings, again=same_command).folder
        for name in "ab"
    )
    for name in FILES:
        assert (a / name).read_bytes() == (b / name).read_bytes(), name
    data = json.loads((a / DESCRIPTION).read_text("utf-8"))
    assert (data["seed"], data["settings"]) == (7, settings)
    expected = of_seed(named, 7, TRUNCATION).ws.clone()
    expected[:, 0] += 1.5
    expected[:, 1] -= 1.0
    assert torch.allclose(read(str(a), named, 1.0).ws, expected, atol=1e-6)
    text = Page((a / PAGE).read_text("utf-8")).text
    command = next(line for line in text.splitlines() if line.startswith("ganima create"))
    for words in ("--seed 7", "--model named", "--set smile=1.5", "--set age=-1"):
        assert words in command
    assert "smile +1.5, age -1" in text


def test_a_slider_that_is_not_there_leaves_nothing_behind(tmp_path: Path, named: Model, model: str) -> None:
    for settings, where, message in (
        ({"simle": 1.0}, "named", "choose from smile, age"),
        ({"smile": 6.0}, "named", "from -5 to 5"),
        ({"smile": 1.0}, model, "no directions"),
    ):
        with pytest.raises(GanimaError, match=message):
            create_character(tmp_path / "ada", "Ada", 7, where, settings=settings)
    assert [path.name for path in tmp_path.iterdir()] == ["models"]


@pytest.mark.slow
def test_a_character_can_start_from_any_latent(tmp_path: Path, named: Model) -> None:
    torch.manual_seed(3)
    place = Latent(of_seed(named, 7, TRUNCATION).ws + 0.2 * torch.randn(6, 16))
    latents.write(tmp_path / "photo.json", place, named)
    start = str(tmp_path / "photo.json")
    a, b = (create_character(tmp_path / name, start_from=start, again=same_command) for name in "ab")
    assert a.seed is None and a.model == "named" and a.name in NAMES
    for name in FILES:
        assert (a.folder / name).read_bytes() == (b.folder / name).read_bytes(), name
    assert torch.equal(read(str(a.folder), named, 1.0).ws, place.ws)
    data = json.loads((a.folder / DESCRIPTION).read_text("utf-8"))
    assert data["from"] == "photo.json" and "seed" not in data and "truncation" not in data["latent"]
    page = Page(a.page.read_text("utf-8"))
    # Nobody knows where a latent came from, so the page claims no more than it knows.
    assert "photo.json" in page.text and "not a real person" not in page.text and "random" not in page.text
    assert f"ganima create --out character --name {a.name} --from photo.json" in page.text
    assert str(tmp_path) not in a.page.read_text("utf-8")


@pytest.mark.slow
def test_a_character_that_starts_from_another_one_is_the_same_with_the_sliders_moved(
    tmp_path: Path, named: Model
) -> None:
    ada = create_character(tmp_path / "ada", "Ada", 7, "named")
    again = create_character(tmp_path / "again", start_from=str(ada.folder))
    older = create_character(tmp_path / "older", start_from=str(ada.folder), settings={"age": 2.0})
    assert (again.name, older.name) == ("Ada", "Ada")
    assert (again.folder / PORTRAIT).read_bytes() == (ada.folder / PORTRAIT).read_bytes()
    edit(str(ada.folder), {"age": 2.0}, tmp_path / "older.png")
    assert torch.equal(read(str(older.folder), named, 1).ws, read(str(tmp_path / "older.json"), named, 1).ws)
    assert json.loads((older.folder / DESCRIPTION).read_text("utf-8"))["settings"] == {"age": 2.0}
    seed = create_character(tmp_path / "seed", "Ada", None, "named", start_from="7")
    assert seed.seed == 7 and seed.page.read_bytes() == ada.page.read_bytes()


def test_what_a_character_starts_from_has_to_fit(tmp_path: Path, named: Model, model: str) -> None:
    latents.write(tmp_path / "a.json", of_seed(named, 7), named)
    for arguments, message in (
        ({"start_from": str(tmp_path / "a.json"), "seed": 7}, "not both"),
        ({"start_from": str(tmp_path / "a.json"), "model": model}, "another latent space"),
        ({"start_from": "nobody"}, "no character"),
        ({"start_from": str(2**32)}, "out of range"),
        ({"start_from": str(tmp_path / "a.json"), "name": ""}, "name"),
    ):
        with pytest.raises(GanimaError, match=message):
            create_character(tmp_path / "ada", **arguments)  # type: ignore[arg-type]
    assert not (tmp_path / "ada").exists()


@pytest.mark.slow
def test_the_consent_of_model_and_latent_is_in_every_file_and_on_the_page(tmp_path: Path) -> None:
    agreed = saved(tmp_path / "ann.safetensors", consent="Ann <ann@example.org> agreed")
    latents.write(tmp_path / "a.json", of_seed(agreed, 7), agreed, consent="Bob agreed")
    character = create_character(tmp_path / "ann", model=str(agreed.path), start_from=str(tmp_path / "a.json"))
    for path in character.folder.iterdir():
        assert provenance.verify(path).consent == "Ann <ann@example.org> agreed; Bob agreed", path.name
    text = Page(character.page.read_text("utf-8")).text
    assert "Ann <ann@example.org> agreed; Bob agreed" in text
    assert "takes after a real person" in text and "not a real person" not in text


@pytest.mark.slow
def test_sliders_show_the_person_changed_as_far_as_it_stays(tmp_path: Path, named: Model) -> None:
    give_directions(named, "smile", "age", "other", does={"smile": "serious to laughing"})
    base = of_seed(named, 7, TRUNCATION)
    person = Person(named, base, 7)
    found = edits(person, 4)
    assert 2 <= len(found) <= 4 and len({look.caption for look in found}) == len(found)
    for look in found:
        name, amount = look.caption.split()
        moved = base.ws.clone()
        moved[:, ["Smile", "Age"].index(name)] += float(amount)
        expected = to_images(pictures(named.generator, moved[None]))[0]
        assert np.abs(np.asarray(expected, int) - np.asarray(look.image, int)).max() <= 1
        pixels = torch.from_numpy(np.array(look.image)).permute(2, 0, 1)[None] / 127.5 - 1
        assert float(measure(pixels, person.portrait).structure @ person.own) >= SAME - 0.01
        assert look.detail == ("serious to laughing" if name == "Smile" else "")
    shown = json.loads((create_character(tmp_path / "ada", "Ada", 7, "named").folder / DESCRIPTION).read_text("utf-8"))
    captions = [look["caption"] for look in shown["looks"]]
    assert len(captions) == 8 and captions[-len(found) :] == [look.caption for look in found]


def test_a_model_without_sliders_of_such_names_shows_none(named: Model) -> None:
    give_directions(named, "pca-1")
    assert edits(Person(named, of_seed(named, 7, TRUNCATION), 7), 4) == []
    directions_path(named).write_bytes(b"damaged")
    assert edits(Person(named, of_seed(named, 7, TRUNCATION), 7), 4) == []
