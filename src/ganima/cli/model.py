"""`ganima model`: models, other models from them, and how good they are."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganima.cli.command import Command, training
from ganima.evaluation.request import Evaluate, MeasureRobustness
from ganima.interchange.request import ExportModel, ImportModel
from ganima.latent.request import FindDirections, WriteLabelSheets
from ganima.models.request import ListModels, ShowModel
from ganima.style.request import Blend

if TYPE_CHECKING:
    from ganima.evaluation.apply import Evaluation
    from ganima.evaluation.robustness import Robustness
    from ganima.interchange.stylegan2 import Imported
    from ganima.latent.apply import Found
    from ganima.models.apply import Listed


def show_list(request: ListModels, models: "list[Listed]") -> None:
    """A line for each."""
    from ganima.models.library import user_folder

    for model in models:
        print(f"{model.name:16} {f'unusable: {model.trouble}' if model.trouble else model.description}".rstrip())
    print(f"Your own models go into {user_folder()}")


def list_data(request: ListModels, models: "list[Listed]") -> list[dict[str, Any]]:
    """The same for programs."""
    return [{"name": m.name, "file": str(m.path), "description": m.description, "trouble": m.trouble} for m in models]


def show_card(request: ShowModel, card: dict[str, Any]) -> None:
    """The card, a line for each thing."""
    print("\n".join(_lines(card)))


def show_blended(request: Blend, model: Path) -> None:
    """Where the model is."""
    print(f"model: {model}")


def show_directions(request: FindDirections, found: "Found") -> None:
    """What each one does."""
    for name, does in found.directions.about.get("does", {}).items():
        print(f"{name:16} {does}")
    count = len(found.directions.names)
    print(f"{count} directions in {found.file}; what each one does: {found.sheet}")


def directions_data(request: FindDirections, found: "Found") -> dict[str, Any]:
    """The same for programs."""
    about = found.directions.about.get("does", {})
    names = {name: about.get(name, "") for name in found.directions.names}
    return {"file": str(found.file), "sheet": str(found.sheet), "directions": names}


def show_sheets(request: WriteLabelSheets, paths: list[Path]) -> None:
    """Where the sheets are, and what to do with them."""
    *sheets, table = paths
    print(f"{len(sheets)} sheets in {request.out}: write what you see into {table.name}, a column for each thing, and")
    print(f"ganima model directions {request.model} --labels {table}")


def show_evaluation(request: Evaluate, done: "Evaluation") -> None:
    """The scores."""
    from ganima.pages.words import shown

    for score in done.judgement.measured.scores:
        real_ones = f"real {shown(score.real)}" if score.real is not None else ""
        print(f"{score.title:36} {shown(score.value):>8}  {real_ones:14} {score.verdict}".rstrip())
    for line in done.further.lines:
        print(line)
    for note in done.judgement.notes:
        print(f"note: {note}")
    print(f"report: {done.page} and {done.data}")


def evaluation_data(request: Evaluate, done: "Evaluation") -> dict[str, Any]:
    """The same for programs."""
    from ganima.evaluation.report import as_data

    return as_data(done.judgement) | done.further.data


def show_robustness(request: MeasureRobustness, found: "Robustness") -> None:
    """The differences, a line for each kind of damage."""
    from ganima.evaluation.robustness_page import words

    print(f"{found.what}: difference from the clean result over {found.pictures} pictures, at strengths 1 to 5")
    print("(0 the same, 1 as different as the result for another picture)")
    print("\n".join(words(found)))
    if found.without:
        print(f"{found.without} more had no result even when clean")
    if request.out is not None:
        print(f"open {request.out}; the numbers are in {request.out.with_suffix('.json')}")


def robustness_data(request: MeasureRobustness, found: "Robustness") -> dict[str, Any]:
    """The same for programs."""
    return found.to_json()


def show_imported(request: ImportModel, done: "Imported") -> None:
    """What the pickle held."""
    layout = done.generator
    classes = f", {layout.classes} classes" if layout.classes else ""
    size = f"{layout.width}×{layout.height}, w of {layout.w_dim}{classes}"
    print(f"StyleGAN2 generator, {size} (SHA-256 {done.sha256})")
    if not done.discriminator:
        print(f"without a discriminator, so training cannot go on where it ended: {done.reason}")
    if request.licence is None:
        print("the card says that the licence is not stated: give --licence when you know it")
    print(f"model: {request.out}")


def show_exported(request: ExportModel, difference: float) -> None:
    """How near its pictures are."""
    from ganima.interchange.onnx import OPSET

    differs = f"ONNX Runtime's pictures differ from PyTorch's by at most {difference:.1g}"
    print(f"{request.out}: opset {OPSET}, any batch; {differs}")


def exported_data(request: ExportModel, difference: float) -> dict[str, Any]:
    """The same for programs."""
    return {"file": str(request.out), "difference": difference}


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


COMMANDS = (
    Command("model list", "list_models", show_list, list_data),
    Command("model show", "show_model", show_card, lambda request, card: card),
    training("model adapt", "adapt"),
    Command("model blend", "blend", show_blended),
    Command("model directions", "directions", show_directions, directions_data),
    Command("model label-sheets", "label_sheets", show_sheets),
    training("model encoder", "train_encoder", "encoder"),
    Command("model evaluate", "evaluate", show_evaluation, evaluation_data),
    Command("model robustness", "robustness", show_robustness, robustness_data),
    Command("model import", "import_model", show_imported),
    Command("model export", "export_model", show_exported, exported_data),
)
