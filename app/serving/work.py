"""Something to compute, and what it is estimated to cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Work(Generic[T]):
    """A request that was checked and can be run; ``cost`` is in seconds of one core."""

    cost: float
    run: Callable[[], T]
