"""`ganima character`: characters, and what can be made of them."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ganima.character.request import Age, Create
from ganima.cli.command import Command, as_words
from ganima.latent.request import Edit, Mix, Walk
from ganima.reporter import Reporter

if TYPE_CHECKING:
    from ganima.character.create import Character, Who
    from ganima.latent.apply import Changes


def create(request: Create, report: Reporter, switches: Mapping[str, bool]) -> "Character":
    """Makes the character, whose page says what to type to make it again."""
    from ganima.character.apply import create as make

    return make(request, report, same_command)


def same_command(who: "Who", model: str | None) -> str:
    """What makes the character again."""
    from ganima.models.library import list_models

    file = who.wish.file
    wanted = Create(
        Path("character"),
        name=who.name,
        seed=None if who.source else who.seed,
        start_from=who.source or None,
        labels=who.labels,
        settings=who.settings,
        model=None if model in (None, "portrait") else model if model in list_models() else Path(model).name,
        voice=None if file is None else Path(file.name),
        pitch=who.wish.pitch,
        age=cast(Age | None, who.wish.age),
    )
    return as_words(COMMANDS[0], wanted)


def show_created(request: Create, made: "Character") -> None:
    """Where the page is."""
    seed = "" if made.seed is None else f", seed {made.seed}"
    print(f"{made.name}{seed}: open {request.out / made.page.name}")


def show_edited(request: Edit, done: "Path | Changes") -> None:
    """Where the look is, or what can be changed."""
    if isinstance(done, Path):
        print(f"new look in {request.out}, its latent in {done}")
        return
    for line in done.labels:
        print(f"--label {line}")
    width = max(map(len, done.sliders), default=0)
    for name, words in done.sliders.items():
        print(f"{name:{width}}  {words}".rstrip())


def edited_data(request: Edit, done: "Path | Changes") -> dict[str, Any]:
    """The same for programs."""
    if isinstance(done, Path):
        return {"picture": str(request.out), "latent": str(done)}
    return {"labels": list(done.labels), "sliders": done.sliders}


def show_mixed(request: Mix, latent: Path) -> None:
    """Where the look is."""
    print(f"mixed look in {request.out}, its latent in {latent}")


def show_walk(request: Walk, frames: int) -> None:
    """How long it is."""
    print(f"{frames:,} frames in {request.out}")


COMMANDS = (
    Command("character create", "create", show_created, run=create, top=True),
    Command("character edit", "edit", show_edited, edited_data, top=True),
    Command("character mix", "mix", show_mixed),
    Command("character walk", "walk", show_walk),
)
