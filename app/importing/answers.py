"""What a file of weights does not tell, as a person answers it once: JSON beside the file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError
from pydantic_core import from_json

from ..contracts import InvalidInput
from ..files import replace_file
from ..nn.chain import Output, Place

MAX_ANSWERS = 2**24  # bytes of the file of answers, a vocabulary included
MAX_STEPS = 100_000
PLACES = get_args(Place)

Splitting = Literal["words", "stripped", "spaces", "characters", "ids"]


class Padding(BaseModel):
    """To how many steps a text was filled up in training, on which side, with which id."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    length: Annotated[int, Field(ge=1, le=MAX_STEPS)]
    side: Literal["before", "after"] = "before"
    id: Annotated[int, Field(ge=0)] = 0


class Scaling(BaseModel):
    """What was taken from every feature and what it was then divided by, before the network."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mean: list[FiniteFloat]
    scale: list[FiniteFloat]


class Answers(BaseModel):
    """Each is None where nobody has said it.

    ``vocabulary`` lists the tokens by their row of the embedding, or names a file that does.
    ``splitting`` says how a text becomes tokens: words, where punctuation is a space or, stripped,
    nothing; what stands between spaces; characters; or ids as they are. ``lower`` reads capitals
    as small letters.
    ``nonlinearity`` is an RNN's; ``activation`` what stands between two linear layers.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    vocabulary: list[str] | str | None = None
    splitting: Splitting | None = None
    lower: bool | None = None
    labels: list[str] | None = None
    features: list[str] | None = None
    place: Place | None = None
    output: Output | None = None
    nonlinearity: Literal["tanh", "relu"] | None = None
    activation: Literal["relu", "tanh", "none"] | None = None
    padding: Padding | None = None
    scaling: Scaling | None = None

    def with_defaults(self, other: Mapping[str, Any]) -> Answers:
        """Fill in what is None here with what ``other`` says."""
        return Answers.model_validate({**other, **self.model_dump(exclude_none=True)})


def name_answers(path: Path) -> Path:
    """Name the file of answers beside a model file: ``reviews.pt`` -> ``reviews.pt.json``."""
    return path.with_name(f"{path.name}.json")


def read_answers(path: Path) -> Answers:
    """Read a file of answers; one that is not there says nothing.

    Raises :class:`InvalidInput` where it is not what :class:`Answers` describes.
    """
    if not path.is_file():
        return Answers()
    if path.stat().st_size > MAX_ANSWERS:
        raise InvalidInput("answers_damaged", "answers", name=path.name, reason="it is too large")
    try:
        return Answers.model_validate(from_json(path.read_bytes(), allow_inf_nan=False))
    except ValidationError as error:
        first = error.errors()[0]
        reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    except (ValueError, OSError) as error:
        reason = str(error)[:200]
    raise InvalidInput("answers_damaged", "answers", name=path.name, reason=reason)


def save_answers(path: Path, answers: Answers) -> None:
    """Write a file of answers. Raises ``OSError``."""
    content = json.dumps(answers.model_dump(exclude_none=True), ensure_ascii=False, indent=2)
    replace_file(path, content.encode() + b"\n")
