"""From Python: the gates and gradients of a person's own PyTorch module."""

from .recording import Recording, compare, trace, watch
from .replay import LayerTrace, ReplayDiffers
from .results import Comparison, ModuleTrace

__all__ = [
    "Comparison",
    "LayerTrace",
    "ModuleTrace",
    "Recording",
    "ReplayDiffers",
    "compare",
    "trace",
    "watch",
]
