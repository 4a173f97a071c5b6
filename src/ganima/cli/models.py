"""`ganima models` and `ganima sample`: what there is, and pictures from it."""

from collections.abc import Iterator
from typing import Annotated, Any

import tyro
from tyro.conf import Positional, arg

from ganima.cli.values import HINT_IN_TEXT, Flag, LabelNames, ModelName, Out, Seed, Towards, real, text, whole
from ganima.errors import GanimaError

models = tyro.extras.SubcommandApp()


@models.command(name="list")
def list_models() -> int:
    """List the models that have a name: those that come with ganima, and those in your own folder."""
    from ganima.models import library as bundled
    from ganima.models.file import read_card

    for name, path in bundled.list_models().items():
        try:
            print(f"{name:16} {read_card(path).get('description', '')}".rstrip())
        except GanimaError as error:
            print(f"{name:16} unusable: {error}")
    print(f"Your own models go into {bundled.user_folder()}")
    return 0


@models.command
def show(model: Positional[ModelName], json: Flag = False) -> int:
    """Print a model's card: what it was trained on, how, with which licence, how well it does, and what its sliders do.

    Args:
        model: A name, a file, or the folder of a run.
        json: Print the card as JSON.
    """
    from json import dumps

    from ganima.latent.directions import ENDING, load_directions
    from ganima.models.file import read_card
    from ganima.models.library import find_model

    path = find_model(model)
    card = read_card(path)
    sliders = path.with_name(path.stem + ENDING)
    if sliders.is_file():
        card |= {"directions": load_directions(sliders).about}
    if json:
        print(dumps(card, ensure_ascii=False, indent=2))
    else:
        print("\n".join(_lines({"file": str(path), **card})))
    return 0


def sample(
    model: Positional[ModelName],
    out: Out,
    count: Annotated[int, whole("--count", 1, 1_000_000_000)] = 16,
    seed: Seed = 0,
    truncation: Annotated[float, real("--truncation", -2, 2, "PSI")] = 1.0,
    towards: Towards = "mean",
    chosen: Annotated[str | None, text("--class", "CLASS"), arg(name="class"), HINT_IN_TEXT] = None,
    labels: LabelNames = (),
    grid: Flag = False,
) -> int:
    """Write pictures from a model; the same seed gives the same bytes.

    Args:
        model: A name, a file, or the folder of a run.
        out: Folder for the pictures.
        count: How many pictures.
        seed: Decides which pictures.
        truncation: Below 1: more typical and less diverse; 0 gives the picture of what it goes towards.
        towards: What truncation goes towards: the mean, or the nearest of 64 cluster centres.
        chosen: A class of a conditional model; drawn at random unless given.
        labels: A label of a conditional model, such as mouth=smile; may be given several times; the others are drawn.
        grid: Write grid.png too, with the first 64 pictures.
    """
    from ganima.models.library import find_model
    from ganima.picture.model import load_model
    from ganima.picture.sample import write_samples

    asked = [*([chosen] if chosen else []), *labels]
    write_samples(load_model(find_model(model)), out, count, seed, truncation, asked, grid, towards)
    print(f"pictures in {out}: {count:,}" + (" and grid.png" if grid else ""))
    return 0


def _lines(card: dict[str, Any], indent: str = "") -> Iterator[str]:
    """A card as lines of text, what is inside of something indented below it."""
    for key, value in card.items():
        if isinstance(value, dict):
            yield f"{indent}{key}:"
            yield from _lines(value, indent + "  ")
        elif isinstance(value, list):
            yield f"{indent}{key}: {', '.join(str(item) for item in value) or '-'}"
        else:
            yield f"{indent}{key}: {value}"
