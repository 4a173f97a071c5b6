"""The same seed gives the same bytes, and another one gives others."""

from pathlib import Path

import pytest

from contract.capabilities import ASKED, Capability
from contract.conftest import Trained, media
from contract.materials import Materials
from ganima.verbs import verb_of


@pytest.mark.parametrize("one", ASKED, ids=lambda one: one.name)
def test_the_same_seed_gives_the_same_bytes(
    one: Capability, trained: Trained, materials: Materials, tmp_path: Path
) -> None:
    assert one.uses is not None
    made = []
    for name, seed in (("again", 0), ("other", 1)):
        request = one.uses(materials, str(trained(one).whole.model), tmp_path / name, seed)
        verb_of(request).run(request)
        made.append(media(tmp_path / name))
    again, other = made
    assert again == trained.used(one) and again
    assert other != again
