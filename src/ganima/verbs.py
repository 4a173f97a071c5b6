"""Everything that ganima can be asked to do: each verb with its request, and the function that does it.

The one list of them, for the command line, for Python (`ganima.train(...)`) and for jobs. What takes long to import is
named here, and imported when a verb is used.
"""

import functools
import importlib
import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ganima.errors import GanimaError
from ganima.fields import kinds
from ganima.reporter import QUIET, Reporter
from ganima.request import Request, documented, make


@dataclass(frozen=True)
class Verb:
    """One thing that can be asked for."""

    name: str
    """In Python, and in a job."""
    asks: str
    """`package:Class` of its request."""
    does: str
    """`module:function`, which takes the request and a reporter."""

    @property
    def request(self) -> type[Request]:
        """The class of its requests."""
        return _load(self.asks)  # type: ignore[no-any-return]

    def run(self, request: Request, report: Reporter = QUIET) -> Any:
        """Does what is asked. Raises GanimaError where the user has to change something, Cancelled where the
        reporter wants no more."""
        return _load(self.does)(request, report)


VERBS = (
    Verb("create", "ganima.character.request:Create", "ganima.character.apply:create"),
    Verb("edit", "ganima.latent.request:Edit", "ganima.latent.apply:edit_character"),
    Verb("mix", "ganima.latent.request:Mix", "ganima.latent.apply:mix_characters"),
    Verb("walk", "ganima.latent.request:Walk", "ganima.latent.apply:walk_between"),
    Verb("train", "ganima.picture.request:TrainPictures", "ganima.picture.train:train_pictures"),
    Verb("sample", "ganima.picture.request:SamplePictures", "ganima.picture.sample:sample_pictures"),
    Verb("invert", "ganima.latent.request:Invert", "ganima.latent.apply:invert_photo"),
    Verb("stylize", "ganima.style.request:Stylize", "ganima.style.apply:stylize_photo"),
    Verb("speak", "ganima.speech.request:Speak", "ganima.speech.speak:speak_text"),
    Verb("design_voice", "ganima.speech.request:DesignVoice", "ganima.speech.apply:design_voice"),
    Verb("convert_voice", "ganima.speech.request:ConvertVoice", "ganima.speech.apply:convert_voice"),
    Verb("train_voice", "ganima.speech.request:TrainVoice", "ganima.speech.acoustic.train:train"),
    Verb("train_vocoder", "ganima.vocoder.request:TrainVocoder", "ganima.vocoder.train:train"),
    Verb("make_sounds", "ganima.sounds.request:MakeSounds", "ganima.sounds.apply:make_sounds"),
    Verb("train_sounds", "ganima.sounds.request:TrainSounds", "ganima.sounds.train:train"),
    Verb("inspect", "ganima.data.request:Inspect", "ganima.data.apply:inspect"),
    Verb("align", "ganima.data.request:Align", "ganima.data.apply:align"),
    Verb("augment", "ganima.balance.request:Augment", "ganima.balance.apply:augment_pictures"),
    Verb("verify", "ganima.data.request:Verify", "ganima.data.apply:verify_files"),
    Verb("list_models", "ganima.models.request:ListModels", "ganima.models.apply:list_named"),
    Verb("show_model", "ganima.models.request:ShowModel", "ganima.latent.apply:show_model"),
    Verb("adapt", "ganima.style.request:Adapt", "ganima.style.apply:adapt_model"),
    Verb("blend", "ganima.style.request:Blend", "ganima.style.apply:blend_models"),
    Verb("directions", "ganima.latent.request:FindDirections", "ganima.latent.apply:find_new_directions"),
    Verb("label_sheets", "ganima.latent.request:WriteLabelSheets", "ganima.latent.apply:sheets_to_label"),
    Verb("train_encoder", "ganima.latent.request:TrainEncoder", "ganima.latent.apply:train_an_encoder"),
    Verb("evaluate", "ganima.evaluation.request:Evaluate", "ganima.evaluation.apply:evaluate_model"),
    Verb("robustness", "ganima.evaluation.request:MeasureRobustness", "ganima.evaluation.apply:measure_robustness"),
    Verb("import_model", "ganima.interchange.request:ImportModel", "ganima.interchange.apply:import_model"),
    Verb("export_model", "ganima.interchange.request:ExportModel", "ganima.interchange.apply:export_model"),
)

NAMES = tuple(verb.name for verb in VERBS)


def find_verb(name: str) -> Verb:
    """The verb of that name. Raises GanimaError where there is none."""
    for verb in VERBS:
        if verb.name == name:
            return verb
    raise GanimaError(f"there is no verb {name!r}; there are: {', '.join(verb.name for verb in VERBS)}")


@functools.cache
def function(name: str) -> Callable[..., Any]:
    """The verb for Python: the fields of its request are the arguments, and `report` is told how it goes."""
    verb = find_verb(name)
    request, signature = verb.request, inspect.signature(verb.request)

    def call(*args: Any, report: Reporter = QUIET, **fields: Any) -> Any:
        return verb.run(request(*args, **fields), report)

    known = kinds(request)
    fields_of = [p.replace(annotation=known[field].python) for field, p in signature.parameters.items()]
    last = inspect.Parameter("report", inspect.Parameter.KEYWORD_ONLY, default=QUIET, annotation="Reporter")
    call.__signature__ = inspect.Signature([*fields_of, last])  # type: ignore[attr-defined]
    call.__name__ = call.__qualname__ = name
    call.__module__, call.__doc__ = "ganima", documented(request)
    return call


def verb_of(request: Request) -> Verb:
    """The verb that the request is for."""
    asks = f"{type(request).__module__}:{type(request).__qualname__}"
    return next(verb for verb in VERBS if verb.asks == asks)


def dumps(verb: Verb, request: Request) -> str:
    """A verb and its request as a line of JSON."""
    return json.dumps({"verb": verb.name, "request": request.to_json()}, ensure_ascii=False)


def loads(text: str | bytes) -> tuple[Verb, Request]:
    """The verb and the request that `dumps` wrote. Raises GanimaError where the text is of another form."""
    try:
        data = json.loads(text)
        verb = find_verb(data["verb"])
        fields = data["request"]
    except (ValueError, TypeError, KeyError) as error:
        raise GanimaError(f"this is no request of ganima ({error})") from error
    return verb, make(verb.request, fields)


def _load(path: str) -> Any:
    module, name = path.split(":")
    return getattr(importlib.import_module(module), name)
