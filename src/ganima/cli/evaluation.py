"""`ganima evaluate`: how good a model is, by a folder of real pictures."""

from pathlib import Path
from typing import Annotated

from tyro.conf import Positional

from ganima.cli.values import HINT_IN_TEXT, Flag, Folder, ModelName, Seed, path, real, text, whole
from ganima.errors import GanimaError


def evaluate(
    model: Positional[ModelName],
    folder: Positional[Folder],
    held_out: Annotated[Path | None, path("--held-out", "FOLDER"), HINT_IN_TEXT] = None,
    out: Annotated[Path, path("--out", "FILE")] = Path("report.html"),
    extractor: Annotated[str, text("--extractor", "random|own|FILE")] = "random",
    count: Annotated[int | None, whole("--count", 50, 1_000_000), HINT_IN_TEXT] = None,
    robustness: Flag = False,
    application: Flag = False,
    by: Annotated[str | None, text("--by", "GROUP"), HINT_IN_TEXT] = None,
    seed: Seed = 0,
    truncation: Annotated[float, real("--truncation", -2, 2, "PSI")] = 1.0,
    no_real_pictures: Flag = False,
    force: Flag = False,
) -> int:
    """Judge a model by a folder of real pictures: fidelity, variety, memorisation, in numbers, words and pictures.

    Args:
        model: A name, a file, or the folder of a run.
        folder: The real pictures: those that the model was trained on, where it is your own.
        held_out: Real pictures that the model has never seen; every tenth of the folder unless given.
        out: The page to write; the same as JSON lies beside it.
        extractor: What turns pictures into features: random needs nothing; own is the model's discriminator; a file is
            Inception's weights (.safetensors) or a TorchScript program, which is code: give only one that you trust.
        count: How many pictures to generate; as many as there are real ones unless given, from 500 to 10,000.
        robustness: Also say how inversion, or stylisation, changes when pictures are damaged (see ganima robustness).
        application: Also train classifiers on generated pictures, and on real ones, and compare them; needs labels.
        by: Which group of labels they tell apart, where there are several.
        seed: Decides which pictures.
        truncation: Below 1: more typical and less diverse; scores are usually given at 1.
        no_real_pictures: Leave real pictures out of the page, so that it can be published.
        force: Replace an existing page.
    """
    from ganima.cli.progress import progress
    from ganima.evaluation.further import further
    from ganima.evaluation.model import extractor_of, judge
    from ganima.evaluation.report import check_out, write_report
    from ganima.evaluation.scores import shown
    from ganima.models.library import find_model
    from ganima.picture.model import load_model

    if by is not None and not application:
        raise GanimaError("--by is for --application: leave it out, or give both")
    beside = check_out(out, force)
    loaded = load_model(find_model(model))
    with progress("judging") as bar:
        features = extractor_of(extractor, loaded, folder)
        more = further(loaded, folder, held_out, robust=robustness, applied=application, by=by, seed=seed, progress=bar)
        found = judge(loaded, folder, held_out, features, count, seed, truncation, lambda what: bar)
    write_report(found, out, more.sections, more.data, not no_real_pictures)
    for score in found.measured.scores:
        real_ones = f"real {shown(score.real)}" if score.real is not None else ""
        print(f"{score.title:36} {shown(score.value):>8}  {real_ones:14} {score.verdict}".rstrip())
    for line in more.lines:
        print(line)
    for note in found.notes:
        print(f"note: {note}")
    print(f"report: {out} and {beside}")
    return 0
