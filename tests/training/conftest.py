from __future__ import annotations

from dataclasses import replace

import pytest
from gatescope.contracts import Samples

from tests.made_up import write_plays, write_reviews
from tests.training.tiny import PLAYS, REVIEWS


@pytest.fixture(scope="package")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    """Give short texts where a word decides; of a kind that no sentences are cut out of."""
    found = REVIEWS.load(write_reviews(tmp_path_factory.mktemp("reviews"), count=100), "train")
    return replace(found.select(range(100)), groups={"kind": ["tweets"] * 100})


@pytest.fixture(scope="package")
def plays(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    return PLAYS.load(write_plays(tmp_path_factory.mktemp("plays")), "train")
