"""Everything that ganima can be asked to do: each verb with its request, and the function that does it.

The one list of them, for the command line, for Python (`ganima.train(...)`) and for jobs. What takes long to import is
named here, and imported when a verb is used.
"""

import importlib
import json
from dataclasses import dataclass
from typing import Any

from ganima.errors import GanimaError
from ganima.reporter import QUIET, Reporter
from ganima.request import Request, make


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
        request.ready()
        return _load(self.does)(request, report)


VERBS = (
    Verb("train", "ganima.picture.request:TrainPictures", "ganima.picture.train:train_pictures"),
    Verb("sample", "ganima.picture.request:SamplePictures", "ganima.picture.sample:sample_pictures"),
    Verb("speak", "ganima.speech.request:Speak", "ganima.speech.speak:speak_text"),
)


def find_verb(name: str) -> Verb:
    """The verb of that name. Raises GanimaError where there is none."""
    for verb in VERBS:
        if verb.name == name:
            return verb
    raise GanimaError(f"there is no verb {name!r}; there are: {', '.join(verb.name for verb in VERBS)}")


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
