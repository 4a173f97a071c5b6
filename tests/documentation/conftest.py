"""What readers of the documentation have: small models with the names of bundled ones, and things to try them on."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from drawing import discs
from PIL import Image
from untrained import generator, give_directions, saved

import ganima
from ganima.cli.main import main
from ganima.latent.directions import find_directions
from ganima.provenance import Origin, save_sound

TEXT = "It was a bright day. The clocks struck 13."


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models with the names, the labels and the sliders of the bundled ones, which they hide."""
    folder = tmp_path_factory.mktemp("models")
    known = {name: ganima.load(name) for name in ("portrait", "cartoon", "outfit")}
    for name, model in known.items():
        labels = model.labels
        net = generator(model.generator.config.channels, classes=len(labels.classes))
        made = saved(folder / f"{name}.safetensors", net, **(labels.to_card() if labels.classes else {}))
        if name == "portrait":
            give_directions(made, *find_directions(model).names)
    return folder


@pytest.fixture(scope="session")
def things(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A character, a run, pictures, a text, and a recording."""
    folder = tmp_path_factory.mktemp("things")
    (folder / "my-pictures").mkdir()
    for number, pixels in enumerate(discs(12).pictures):
        Image.fromarray(pixels).save(folder / "my-pictures" / f"{number}.png")
    shutil.copytree(folder / "my-pictures", folder / "aligned")
    (folder / "runs" / "mine").mkdir(parents=True)
    shutil.copy(models / "portrait.safetensors", folder / "runs" / "mine" / "model.safetensors")
    (folder / "book.txt").write_text(TEXT, encoding="utf-8")
    time = np.arange(24_000, dtype=np.float32) / 24_000
    hum = sum(np.sin(2 * np.pi * 150 * k * time) / k for k in range(1, 9)) * np.sin(np.pi * time) ** 2 * 0.1
    save_sound(hum.astype(np.float32), 24_000, folder / "my-speech.flac", Origin("nobody"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANIMA_MODELS", str(models))
        assert main(["create", "--out", str(folder / "out" / "demo"), "--name", "Mira", "--seed", "68"]) == 0
    shutil.copytree(folder / "out" / "demo", folder / "out" / "robin")
    return folder


@pytest.fixture
def here(models: Path, things: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own with all of them, in which the test runs."""
    shutil.copytree(things, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("GANIMA_MODELS", str(models))
    return tmp_path / "here"
