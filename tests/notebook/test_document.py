"""The modules of static/ joined to one script, and how layers are encoded for it."""

from __future__ import annotations

import gatescope
import numpy as np
import pytest
import torch
from gatescope.notebook.document import bundle, encode_layer, join_scripts
from gatescope.serving.assets import NOTEBOOK, UNPACKING, find_assets
from safetensors.numpy import load
from torch import nn


def test_modules_are_joined_in_the_order_of_their_imports() -> None:
    files = {
        "a/main.js": b"import {one, two as both} from '../b.js';\nimport c from './c.js';\n",
        "b.js": b"export const [one, two] = [1, 2];\nexport async function* stream() {}\n",
        "a/c.js": b"import {one} from '../b.js';\n\nexport default {one};\n",
    }
    code = bundle(["a/main.js"], files, "start();")
    assert code.index('modules["b.js"] =') < code.index('modules["a/c.js"] =')
    assert code.count('modules["b.js"] =') == 1
    assert 'const {one, two: both} = modules["b.js"];' in code
    assert 'const {default: c} = modules["a/c.js"];' in code
    assert "return {one, two, stream};" in code
    assert "return {default: exportedDefault};" in code
    assert code.endswith("start();\n})();\n")


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"a.js": b"import {b} from './a.js';\n"}, "a.js is imported by what it imports"),
        ({"a.js": b"import './b.js';\n"}, r"a\.js: import '\./b\.js'"),
        ({"a.js": b"export {b};\n"}, r"a\.js: export \{b\}"),
    ],
)
def test_what_it_cannot_join_it_refuses(files: dict[str, bytes], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        bundle(["a.js"], files)


def test_a_room_does_not_ask_for_what_stands_in_a_notebook() -> None:
    assets = find_assets()
    assert NOTEBOOK in assets.files
    assert not {NOTEBOOK, UNPACKING} & set(assets.modules)
    code = join_scripts(assets.files)
    assert "http://" not in code.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in code


def test_states_that_a_run_began_with_are_encoded_with_their_gradients() -> None:
    torch.manual_seed(0)
    layer = nn.LSTM(3, 4, bidirectional=True).double()
    state = tuple(torch.rand(2, 1, 4, dtype=torch.float64) for _ in "hc")
    x = torch.randn(5, 1, 3, dtype=torch.float64)
    trace = gatescope.trace(layer, (x, state), loss=lambda result: result[0].sum())
    own = trace.layers[""]
    arrays = load(encode_layer("it", own, trace.tokens_of(""), trace.loss))
    np.testing.assert_array_equal(arrays["initial.layers.0.reverse.c"], state[1][1, 0].numpy())
    assert arrays["grad_initial.layers.0.h"].shape == (4,)
    assert arrays["grad_initial.layers.0.h"].any()
    assert arrays["probabilities"].shape == (5, 0)
    np.testing.assert_array_equal(arrays["signals.layers.0.f"], trace["layers.0.f"])
