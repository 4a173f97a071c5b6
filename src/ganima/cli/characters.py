"""`ganima create` and `ganima verify`: a whole character, and the label on every file of it."""

import sys
from pathlib import Path
from typing import Annotated

from tyro.conf import Positional, arg

from ganima.cli.values import HINT_IN_TEXT, Flag, ModelName, Out, text, whole
from ganima.errors import GanimaError


def create(
    out: Out,
    name: Annotated[str | None, text("--name", "NAME"), HINT_IN_TEXT] = None,
    seed: Annotated[int | None, whole("--seed", 0, 2**32 - 1, "S"), HINT_IN_TEXT] = None,
    model: ModelName = "portrait",
    force: Flag = False,
) -> int:
    """Create a virtual character: a page to open in the browser, its portrait, looks, and a moving picture.

    Args:
        out: Folder for the character.
        name: The character's name; given by the seed unless you choose one.
        seed: Decides who the character is, and the same one gives the same bytes; drawn unless given.
        model: A name, a file, or the folder of a run.
        force: Replace a character that exists in the folder.
    """
    from ganima.character.create import create_character

    character = create_character(out, name, seed, model, force)
    print(f"{character.name}, seed {character.seed}: open {out / character.page.name}")
    return 0


def verify(files: Positional[Annotated[list[Path], arg(metavar="FILE ..."), HINT_IN_TEXT]]) -> int:
    """Say whether files carry the label that AI made them; the status is 0 when all do, 1 when one does not.

    Args:
        files: Pictures (PNG, WebP, JPEG), pages (HTML) or JSON files.
    """
    if not files:
        raise GanimaError("name the files to verify")

    from ganima import provenance

    status = 0
    for path in files:
        try:
            verdict = provenance.verify(path)
        except GanimaError as error:
            print(f"ganima: {error}", file=sys.stderr)
            status = 2
            continue
        maker = "".join(
            f", {words} {value}"
            for words, value in (("by", verdict.tool), ("model", verdict.model), ("sha256", verdict.model_sha256))
            if value
        )
        print(f"{path}: {'AI-generated' + maker if verdict.labelled else 'carries no label that AI made it'}")
        status = max(status, 0 if verdict.labelled else 1)
    return status
