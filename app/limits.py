"""What one request may ask for, in one place."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    """A shape that takes nothing it does not name."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Limits(Strict):
    """What one request may ask for. Told in the catalogue, and in the error when exceeded."""

    characters: int = Field(default=10_000, description="characters of a text")
    word: int = Field(default=60, description="characters of one word")
    steps: int = Field(default=1_200, description="steps (tokens) of a text")
    features: int = Field(default=512, description="numbers in one row of a series")
    interventions: int = Field(default=64, description="forced signals in one request")
    values: int = Field(default=6_000_000, description="numbers in one answer")
    body: int = Field(default=262_144, description="bytes of a request's body")
    mapped: int = Field(default=120, description="steps up to which T x T maps are answered")
    written: int = Field(default=2_000, description="tokens a network writes in one request")
    forecast: int = Field(default=60, description="steps a network goes on alone over a series")
    cost: float = Field(default=8.0, description="estimated seconds of computing for one answer")
    seconds: float = Field(default=30.0, description="seconds one answer may take")


LIMITS = Limits()
