"""Sets that are balanced and enlarged: what lies in the folder, what the report says, and what is refused."""

import csv
import json
from functools import partial
from pathlib import Path

import pytest
from painters import painting
from PIL import Image
from reporters import Remembering
from test_application import CLASSES, GROUPS, NAMES, real

from ganima import provenance
from ganima.balance import augment as enlarge
from ganima.balance.augment import augment, free_name
from ganima.balance.page import advice, answer, limits
from ganima.balance.result import Class, Enlarged, Help
from ganima.cli.main import main
from ganima.data.folder import load_folder
from ganima.data.labels import Labels
from ganima.errors import GanimaError
from ganima.evaluation.application import Marks
from ganima.picture.model import Model, load_model
from ganima.training.run import Outcome

COUNTS = {"blue": 8, "green": 4, "red": 6}
QUICK = {"seeds": 1, "steps": 3}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Eighteen pictures in a subfolder for each class."""
    data, left = real(60), dict(COUNTS)
    assert data.labels is not None
    for number, (picture, label) in enumerate(zip(data.pictures, data.labels, strict=True)):
        name = NAMES[label]
        if left[name]:
            left[name] -= 1
            path = tmp_path / "real" / name / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(picture).save(path)
    return tmp_path / "real"


@pytest.fixture
def painter(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, painting(CLASSES))


def use(monkeypatch: pytest.MonkeyPatch, model: Model) -> None:
    """Whatever model is named, it is this one."""
    monkeypatch.setattr(enlarge, "find_model", Path)
    monkeypatch.setattr(enlarge, "load_model", lambda path: model)


def tabled(folder: Path, columns: tuple[str, ...] = ("label",)) -> Path:
    """The same pictures side by side, with a table."""
    rows = []
    for path in sorted(folder.rglob("*.png")):
        name = path.parent.name
        path.rename(folder / f"{name}-{path.name}")
        rows.append((f"{name}-{path.name}", name) + (("big",) if len(columns) > 1 else ()))
    for name in NAMES:
        (folder / name).rmdir()
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("file", *columns), *rows])
    return folder


def rows_of(out: Path) -> list[dict[str, str]]:
    with (out / "labels.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.usefixtures("painter")
def test_every_class_is_filled_and_every_file_says_what_it_is(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "set"
    found = augment(folder, 10, out, model="painter", **QUICK)  # type: ignore[arg-type]
    rows = rows_of(out)
    assert sorted(path.relative_to(out).as_posix() for path in out.rglob("*.png")) == sorted(
        row["file"] for row in rows
    )
    for name, count in COUNTS.items():
        own = [row for row in rows if row["label"] == name]
        assert [row["generated"] for row in own].count("false") == count and len(own) == 10
    for row in rows:
        path = out / row["file"]
        assert path.parent.name == row["label"]
        if row["generated"] == "true":
            assert path.name.startswith("generated-") and provenance.verify(path).model == "painter"
        else:
            assert path.read_bytes() == (folder / row["file"]).read_bytes()
    assert [(c.name, c.originals, c.generated) for c in found.classes] == [
        ("blue", 8, 2), ("green", 4, 6), ("red", 6, 4)
    ]  # fmt: skip
    assert load_folder(out, 16, 16, 3, conditional=True).vocabulary.classes == NAMES


@pytest.mark.usefixtures("painter")
def test_the_report_says_what_the_function_says(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "set"
    found = augment(folder, 10, out, model="painter", **QUICK)  # type: ignore[arg-type]
    data = json.loads((out / "report.json").read_text("utf-8"))
    assert data["help"]["verdict"] == found.help.verdict and data["ai_generated"] is True
    assert data["classes"][1] == {"name": "green", "originals": 4, "generated": 6, **_recognised(found, 1)}
    html = (out / "report.html").read_text("utf-8")
    assert all(f"AI-generated pictures of {name}" in html for name in NAMES) and "Did it help" in html
    assert provenance.verify(out / "report.html").labelled
    # Four of eighteen: a quarter of each class, rounded.
    assert (found.test, found.real + found.validation, found.unseen) == (5, 13, False)


def _recognised(found: Enlarged, number: int) -> dict[str, float | None]:
    return {"recognised": found.classes[number].recognised}


@pytest.mark.usefixtures("painter")
def test_the_same_seed_gives_the_same_set(folder: Path, tmp_path: Path) -> None:
    outs = [tmp_path / name for name in ("a", "b", "c")]
    for out, seed in zip(outs, (1, 1, 2), strict=True):
        augment(folder, 8, out, model="painter", seed=seed, **QUICK)  # type: ignore[arg-type]
    first, again, other = ((out / "green" / "generated-000001.png").read_bytes() for out in outs)
    assert first == again != other
    numbers = [json.loads((out / "report.json").read_text("utf-8")) for out in outs[:2]]
    assert numbers[0]["help"] == numbers[1]["help"]


@pytest.mark.usefixtures("painter")
def test_a_table_of_plain_classes(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "set"
    augment(tabled(folder), 8, out, model="painter", **QUICK)  # type: ignore[arg-type]
    made = [row for row in rows_of(out) if row["generated"] == "true"]
    assert made[0] == {"file": "generated/green-000001.png", "label": "green", "generated": "true"}
    assert len(made) == 6 and all((out / row["file"]).is_file() for row in made)


def test_one_group_is_balanced_and_the_others_are_drawn(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, painting(GROUPS))
    tabled(folder, ("tint", "size"))
    found = augment(folder, 8, tmp_path / "set", by="tint", model="painter", **QUICK)  # type: ignore[arg-type]
    made = [row for row in rows_of(tmp_path / "set") if row["generated"] == "true"]
    assert found.by == "tint" and len(made) == 6
    assert {row["tint"] for row in made} == {"green", "red"} and {row["size"] for row in made} <= {"big", "small"}
    with pytest.raises(GanimaError, match="`by`: tint, size"):
        augment(folder, 8, tmp_path / "other", model="painter")


def test_a_class_with_a_long_name_gives_files_with_short_ones() -> None:
    taken: set[str] = set()
    first, second = (free_name(f"kind={'长' * 300}", False, 0, taken) for _ in range(2))
    assert first != second and all(len(Path(file).name.encode()) < 255 for file in (first, second))


@pytest.mark.usefixtures("painter")
def test_what_was_generated_before_is_still_called_generated(folder: Path, tmp_path: Path) -> None:
    augment(folder, 8, tmp_path / "first", model="painter", **QUICK)  # type: ignore[arg-type]
    augment(tmp_path / "first", 9, tmp_path / "second", model="painter", **QUICK)  # type: ignore[arg-type]
    rows = rows_of(tmp_path / "second")
    assert [row["generated"] for row in rows].count("false") == 18 and len(rows) == 27
    assert len({row["file"] for row in rows}) == 27


def test_a_model_is_trained_without_the_pictures_of_the_test(folder: Path, tmp_path: Path) -> None:
    out, report = tmp_path / "set", Remembering()
    wishes = {"kimg": 0.02, "preset": "tiny", "threads": 1, "report": report, **QUICK}
    found = augment(folder, 9, out, **wishes)  # type: ignore[arg-type]
    model = load_model(tmp_path / "set-model" / "model.safetensors")
    assert model.labels == Labels(NAMES) and model.sha256 == found.model_sha256
    assert model.card.facts["data"]["folder"] == "real" and model.card.facts["data"]["pictures"] == 13
    assert found.unseen and not found.seen and "not seen those either" in limits(found)
    assert report.said[0].startswith("13 pictures to learn from; 5 are kept")
    # The same wish again uses what is there; other pictures are another matter.
    augment(folder, 9, out, force=True, **wishes)  # type: ignore[arg-type]
    (folder / "red" / "new.png").write_bytes(next(folder.rglob("*.png")).read_bytes())
    with pytest.raises(GanimaError, match="remove it, or choose another `out`"):
        augment(folder, 9, out, force=True, **wishes)  # type: ignore[arg-type]
    assert (out / "labels.csv").is_file()


# What is said about the help


def enlarged(real_recall: float, both: float, error: float, recognised: float = 0.9) -> Enlarged:
    first, second = (Marks(0.5, 0.01, recall, 0.01, {"a": recall}) for recall in (real_recall, both))
    help = Help(first, second, both - real_recall, error)
    classes = (Class("a", 5, 0, None), Class("b", 2, 3, recognised))
    return Enlarged(None, classes, "m", "ab" * 32, (16, 16), False, True, 4, 1, 2, 5, help, ())


def test_no_gain_is_called_no_gain() -> None:
    assert enlarged(0.5, 0.6, 0.02).help.verdict == "helped" and answer(enlarged(0.5, 0.6, 0.02)).startswith("Yes")
    assert enlarged(0.6, 0.5, 0.02).help.verdict == "hurt" and answer(enlarged(0.6, 0.5, 0.02)).startswith("No:")
    assert enlarged(0.5, 0.6, 0.06).help.verdict == "unclear" and "chance" in answer(enlarged(0.5, 0.6, 0.06))
    assert "−10.0 ± 2.0 points" in answer(enlarged(0.6, 0.5, 0.02))
    assert "too high" in limits(enlarged(0.5, 0.6, 0.02))
    assert advice(enlarged(0.5, 0.6, 0.1, recognised=0.1)).startswith("Only 10%") and not advice(
        enlarged(0.5, 0.6, 0.1)
    )


def test_a_model_that_mixes_its_classes_up_does_not_help(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = real(90)
    assert data.labels is not None
    for number, (picture, label) in enumerate(zip(data.pictures, data.labels, strict=True)):
        path = tmp_path / "real" / NAMES[label] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).save(path)
    use(monkeypatch, painting(CLASSES, off=1))
    found = augment(tmp_path / "real", 120, tmp_path / "set", model="painter", seeds=2, steps=50)
    assert found.help.verdict == "hurt" and found.recognised < 0.1 and advice(found)
    assert found.help.both.mean_recall < found.help.real.mean_recall


# What is refused


@pytest.mark.usefixtures("painter")
@pytest.mark.parametrize(
    ("per_class", "wishes", "words"),
    [
        (7, {}, "'blue' has 8 pictures, more than 7: give 8 or more as `per_class`"),
        (9, {"by": "tint"}, "leave it out"),
        (9, {"minutes": 1.0}, "are for a model"),
        (9, {"preset": "tiny"}, "are for a model"),
    ],
)
def test_wishes_that_cannot_be_met(
    folder: Path, tmp_path: Path, per_class: int, wishes: dict[str, object], words: str
) -> None:
    with pytest.raises(GanimaError, match=words) as caught:
        augment(folder, per_class, tmp_path / "set", model="painter", **wishes)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value) and not (tmp_path / "set").exists()


@pytest.mark.usefixtures("painter")
def test_folders_that_cannot_be_enlarged(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "set"
    with pytest.raises(GanimaError, match="no labels"):
        augment(folder / "blue", 20, out, model="painter")
    for path in sorted((folder / "green").iterdir())[1:]:
        path.unlink()
    with pytest.raises(GanimaError, match="'green' .* only one usable picture"):
        augment(folder, 20, out, model="painter")
    with pytest.raises(GanimaError, match="missing"):
        augment(tmp_path / "nothing", 20, out, model="painter")
    assert [path.name for path in tmp_path.iterdir()] == ["real"]


@pytest.mark.usefixtures("painter")
def test_one_class(folder: Path, tmp_path: Path) -> None:
    tabled(folder)
    table = (folder / "labels.csv").read_text("utf-8")
    for name in ("green", "red"):
        table = table.replace(f",{name}", ",blue")
    (folder / "labels.csv").write_text(table, "utf-8")
    with pytest.raises(GanimaError, match="only one class"):
        augment(folder, 20, tmp_path / "set", model="painter")


def test_a_model_of_other_classes(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, painting(Labels(("cat", "dog"))))
    with pytest.raises(GanimaError, match="it has: cat, dog; the pictures have: blue, green, red"):
        augment(folder, 9, tmp_path / "set", model="painter")
    use(monkeypatch, painting(Labels()))
    with pytest.raises(GanimaError, match="no labels"):
        augment(folder, 9, tmp_path / "set", model="painter")


@pytest.mark.usefixtures("painter")
def test_places_that_hold_something(folder: Path, tmp_path: Path) -> None:
    for out, words in ((folder / "set", "in one another"), (tmp_path, "in one another"), (folder, "in one another")):
        with pytest.raises(GanimaError, match=words):
            augment(folder, 9, out, model="painter", force=True)
    out = tmp_path / "set"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    with pytest.raises(GanimaError, match="`force`"):
        augment(folder, 9, out, model="painter")
    with pytest.raises(GanimaError, match="no enlarged set"):
        augment(folder, 9, out, model="painter", force=True)
    assert (out / "mine.txt").read_text() == "mine"


@pytest.mark.usefixtures("painter")
def test_a_failure_leaves_nothing(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(enlarge, "write_report", full)
    with pytest.raises(GanimaError, match="No space left"):
        augment(folder, 9, tmp_path / "set", model="painter", **QUICK)  # type: ignore[arg-type]
    assert [path.name for path in tmp_path.iterdir()] == ["real"]


def test_the_command_says_it_in_one_line(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "set")
    for words in (
        ["augment", str(folder), "--per-class", "0", "--out", out],
        ["augment", str(folder), "--per-class", "20", "--out", out, "--minutes", "1", "--kimg", "1"],
        ["augment", str(folder), "--per-class", "20", "--out", out, "--model", "no-such-model"],
        ["augment", str(folder), "--per-class", "2", "--out", out],
    ):
        assert main(words) == 2
        assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "set-model").exists()


def test_a_training_that_is_stopped_can_go_on(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*args: object, **wishes: object) -> Outcome:
        return Outcome(False, tmp_path / "model.safetensors", 0, 8)

    monkeypatch.setattr(enlarge.training, "train", stopped)
    assert main(["data", "augment", str(folder), "--per-class", "8", "--out", str(tmp_path / "set")]) == 130
    assert f"saved in {tmp_path / 'set-model'}; to continue: ganima" in capsys.readouterr().err
    assert not (tmp_path / "set").exists()


def test_the_command_from_folder_to_set(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enlarge, "augment", partial(augment, **QUICK))
    out = tmp_path / "set"
    wishes = ["--preset", "tiny", "--kimg", "0.02", "--threads", "1"]
    assert main(["data", "augment", str(folder), "--per-class", "8", "--out", str(out), *wishes]) == 0
    said = capsys.readouterr().out
    assert "green" in said and "4 generated" in said and "set-model" in said
    assert len(rows_of(out)) == 24
