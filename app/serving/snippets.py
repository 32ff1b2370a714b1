"""A model as the few lines that define it, in PyTorch and in Keras, right for its sizes."""

from __future__ import annotations

import json

from ..nn.checkpoint import Model

# The n-grams of a word as app/nn/ngrams.py lists them, in the fewest lines that a person can read.
_SPELL = """

def list_ngrams(word):
    word = unicodedata.normalize("NFKD", re.sub("['’‘`´ʼ]", "", word.casefold()))
    word = "".join(letter for letter in word if not unicodedata.combining(letter))
    word = "<" + re.sub(r"([^\\W\\d_])\\1+", r"\\1", word) + ">"
    if not any(letter.isalnum() for letter in word):
        return []
    ngrams = [word[k : k + n] for n in (3, 4, 5) for k in range(len(word) - n + 1)]
    return [zlib.crc32(ngram.encode()) % {rows} for ngram in dict.fromkeys([*ngrams, word])]
"""
_KERAS = {"RNN": "SimpleRNN"}  # Keras names the plain recurrence so; the others as PyTorch does
_CROSS_ENTROPY = "sparse_categorical_crossentropy"


def write_pytorch(model: Model) -> str | None:
    """Write the module that the model file's tensors fit; None where PyTorch has no such layer."""
    shape, layer = model.shape, model.cell.layer
    if layer is None:
        return None
    more = f", num_layers={shape.layers}" if shape.layers > 1 else ""
    more += ", bidirectional=True" if shape.bidirectional else ""
    sizes = f"{shape.inputs}, {shape.hidden}, batch_first=True{more}"
    last = "" if model.task.topology == "many-to-many" else "[:, -1]"
    out = "[B, T, C]" if not last else "[B, C]"
    modules = function = table = ""
    embedding = f"torch.nn.Embedding({shape.vocabulary}, {shape.inputs})"
    embedded = f"        self.embedding = {embedding}\n" if shape.vocabulary else ""
    if not shape.vocabulary:
        forward = """\
    def forward(self, x):  # [B, T, F], less the mean and over the deviation in the file's metadata
        h, _ = self.recurrent(x)"""
    elif shape.ngrams:
        modules = "import re\nimport unicodedata\nimport zlib\n\n"
        function = _SPELL.format(rows=shape.ngrams)
        bag = f"torch.nn.EmbeddingBag({shape.ngrams}, {shape.inputs})"
        table = f"        self.ngram_embedding = {bag}\n"
        forward = """\
    def forward(self, ids, spelled={}):  # [B, T]; the words outside the vocabulary by place (b, t)
        x = self.embedding(ids)
        for place, word in spelled.items():
            if rows := list_ngrams(word):
                x[place] += self.ngram_embedding(torch.tensor([rows]))[0]
        h, _ = self.recurrent(x)"""
    else:
        forward = """\
    def forward(self, ids):  # [B, T]
        h, _ = self.recurrent(self.embedding(ids))"""
    return f"""{modules}import torch
from safetensors.torch import load_file
{function}

class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
{embedded}{table}        self.recurrent = torch.nn.{layer.__name__}({sizes})
        self.readout = torch.nn.Linear({shape.hidden * len(shape.directions)}, {shape.classes})

{forward}
        return self.readout(h{last})  # {out}


network = Network()
network.load_state_dict(load_file({json.dumps(f"{model.id}.safetensors")}))
"""


def write_keras(model: Model) -> str | None:
    """Write the same network and its training in Keras; None where Keras has no such layer."""
    shape, layer, recipe = model.shape, model.cell.layer, model.facts.get("recipe", {})
    if layer is None:
        return None
    name = _KERAS.get(layer.__name__, layer.__name__)
    every = model.task.topology == "many-to-many"
    lines = []
    for k in range(shape.layers):
        whole = ", return_sequences=True" if every or k < shape.layers - 1 else ""
        made = f"layers.{name}({shape.hidden}{whole})"
        lines.append(
            f"    layers.Bidirectional({made})," if shape.bidirectional else f"    {made},"
        )
    body = "\n".join(lines)
    untold = "  # a word outside the vocabulary is <unk>: no n-grams" * bool(shape.ngrams)
    rate, clip = recipe.get("learning_rate", 0.001), recipe.get("max_grad_norm", 1.0)
    batch, epochs = (
        recipe.get("batch_size", 64),
        recipe.get("stop_epoch") or recipe.get("epochs", 10),
    )
    if shape.vocabulary:
        entrance = f"""\
    keras.Input((None,), dtype="int32"),
    layers.Embedding({shape.vocabulary}, {shape.inputs}),{untold}"""
        given = "ids"
    else:
        entrance, given = f"    keras.Input((None, {shape.inputs})),", "x"
    if model.task.quantities:
        outputs, loss, metric = "", "mean_squared_error", "mean_absolute_error"
    else:
        outputs, loss, metric = ', activation="softmax"', _CROSS_ENTROPY, "accuracy"
    return f"""import keras
from keras import layers

model = keras.Sequential([
{entrance}
{body}
    layers.Dense({shape.classes}{outputs}),
])
model.compile(
    optimizer=keras.optimizers.Adam({rate}, clipnorm={clip}),
    loss="{loss}",
    metrics=["{metric}"],
)
model.fit({given}, targets, batch_size={batch}, epochs={epochs})
"""
