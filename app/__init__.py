"""GateScope: see inside recurrent neural networks."""

__version__ = "0.1.0"

# From Python; they bring torch, so each is imported when it is first asked for.
_LAZY = (
    "Comparison",
    "LayerTrace",
    "ModuleTrace",
    "Recording",
    "ReplayDiffers",
    "compare",
    "trace",
    "watch",
)


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(".notebook", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})
