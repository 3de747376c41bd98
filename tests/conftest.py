"""Laws are tried on the same inputs on every machine, and no test depends on how fast a machine is.

While the tests of a chapter's rules run, the verdicts that other data reach are noted. Kernels that run the reference
notebooks give figures as the references have them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from analysis.kit.figure import BARE
from tests.kit.turns import Turns

os.environ[BARE] = "1"
settings.register_profile("book", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("book")


@pytest.fixture(scope="module", autouse=True)
def _noted(request: pytest.FixtureRequest) -> Iterator[Turns | None]:
    if request.path.name != "test_verdicts.py":
        yield None
        return
    from analysis import topics
    from analysis.kit.claims import RULES

    topic = request.path.parent.name
    turns = Turns(RULES, topics.load(topic, "chapter.verdicts"), [topics.load(topic, "chapter.inputs")])
    yield turns
    turns.stop()


@pytest.fixture
def turns(request: pytest.FixtureRequest, _noted: Turns) -> Turns:
    """The verdicts that the tests of this module reached; they are all there only after all of its tests."""
    if request.config.option.keyword or any("::" in argument for argument in request.config.args):
        pytest.skip("some tests of this module were left out")
    return _noted
