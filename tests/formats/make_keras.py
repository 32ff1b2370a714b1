"""Write the Keras files that the tests read, with what Keras itself answers.

``KERAS_BACKEND=torch python -m tests.formats.make_keras`` needs Keras 3; the tests do not. Every
file holds a few units, drawn weights, and stands in ``keras/`` beside ``expected.json``.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).parent / "keras"
V, X, H, T = 11, 3, 4, 6


def make_models(keras: Any) -> dict[str, Any]:
    """Give every network by the name of its file."""
    layers, sequential = keras.layers, keras.Sequential
    ids, numbers = (T,), (T, X)

    def words(*rest: Any, **more: Any) -> Any:
        start = [keras.Input(ids, dtype="int32"), layers.Embedding(V, X, **more)]
        return sequential([*start, *rest])

    def series(*rest: Any) -> Any:
        return sequential([keras.Input(numbers), *rest])

    source = keras.Input(numbers, name="series")
    inner = layers.LSTM(H, return_sequences=True, name="own_name")(source)
    inner = layers.Dropout(0.3)(layers.BatchNormalization(name="norm")(inner))
    functional = layers.Dense(2, activation="softmax")(layers.GlobalMaxPooling1D()(inner))
    return {
        "lstm_last.keras": words(layers.LSTM(H), layers.Dense(1, activation="sigmoid")),
        "lstm_mask.keras": words(
            layers.LSTM(H), layers.Dense(3, activation="softmax"), mask_zero=True
        ),
        "gru_after.keras": words(layers.GRU(H), layers.Dense(2)),
        "gru_before.keras": words(layers.GRU(H, reset_after=False), layers.Dense(2)),
        "rnn_relu.keras": series(layers.SimpleRNN(H, activation="relu"), layers.Dense(1)),
        "hard_sigmoid.keras": series(
            layers.LSTM(H, recurrent_activation="hard_sigmoid", unit_forget_bias=False),
            layers.Dense(1),
        ),
        "lstm_relu.keras": series(layers.LSTM(H, activation="relu"), layers.Dense(1)),
        "no_bias.keras": series(
            layers.GRU(H, use_bias=False, return_sequences=True),
            layers.SimpleRNN(5, use_bias=False),
            layers.Dense(2, use_bias=False),
        ),
        "both_ways.keras": words(
            layers.Bidirectional(layers.LSTM(H, return_sequences=True)),
            layers.Bidirectional(layers.GRU(3)),
            layers.Dense(5, activation="tanh"),
            layers.Dense(2, activation="softmax"),
        ),
        "both_summed.keras": series(
            layers.Bidirectional(layers.LSTM(H), merge_mode="sum"), layers.Dense(2)
        ),
        "every_step.keras": words(
            layers.LSTM(H, return_sequences=True),
            layers.LSTM(3, return_sequences=True),
            layers.TimeDistributed(layers.Dense(4, activation="softmax")),
        ),
        "mean.keras": words(
            layers.GRU(H, return_sequences=True),
            layers.Dense(5, activation="relu"),
            layers.LayerNormalization(),
            layers.GlobalAveragePooling1D(),
            layers.Dense(3, activation="softmax"),
        ),
        "functional.keras": keras.Model(source, functional),
        "legacy.h5": words(
            layers.Bidirectional(layers.GRU(H, return_sequences=True)),
            layers.TimeDistributed(layers.Dense(3, activation="relu")),
            layers.LSTM(H),
            layers.Dense(2, activation="softmax"),
        ),
        "legacy_functional.h5": keras.Model(source, functional),
    }


def pack(path: Path) -> None:
    """Write a zip anew with its entries deflated: most of a small HDF5 file is empty."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def main() -> None:
    """Draw the weights, save, and ask Keras."""
    import keras

    FOLDER.mkdir(exist_ok=True)
    expected: dict[str, Any] = {}
    for name, model in make_models(keras).items():
        source = np.random.default_rng(len(expected))
        for variable in model.weights:
            shape = tuple(variable.shape)
            drawn = source.normal(0, 0.6, shape)
            positive = "variance" in variable.path or "gamma" in variable.path
            variable.assign(np.abs(drawn) + 0.2 if positive else drawn)
        is_ids = "int" in str(model.inputs[0].dtype)
        x: np.ndarray[Any, Any] = source.normal(size=(T, X)).astype(np.float32)
        if is_ids:
            x = source.integers(1, V, T)
        if "mask" in name:
            x[-2:] = 0
        outputs = keras.ops.convert_to_numpy(model(x[None]))[0]
        model.save(FOLDER / name)
        if name.endswith(".keras"):
            pack(FOLDER / name)
        expected[name] = {"inputs": x.tolist(), "outputs": outputs.astype(np.float64).tolist()}
    (FOLDER / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()
