"""The verbs between programs: each unpacks a request, and does it."""

from ganima.interchange.onnx import export_onnx
from ganima.interchange.request import ExportModel, ImportModel
from ganima.interchange.stylegan2 import Imported, import_stylegan2
from ganima.models.library import find_model
from ganima.picture.model import load_model
from ganima.reporter import QUIET, Reporter


def import_model(request: ImportModel, report: Reporter = QUIET) -> Imported:
    """Writes the model file; returns what it holds."""
    r = request
    return import_stylegan2(
        r.pickle, r.out, r.name, r.licence, r.attribution, noise=not r.no_noise, force=r.force, report=report
    )


def export_model(request: ExportModel, report: Reporter = QUIET) -> float:
    """Writes the ONNX file; returns the largest difference between its pictures and PyTorch's."""
    r = request
    return export_onnx(load_model(find_model(r.model)), r.out, r.from_w, r.force, report)
