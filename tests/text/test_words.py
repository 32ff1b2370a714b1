from __future__ import annotations

import pytest
from gatescope.contracts import InvalidInput
from gatescope.text.words import (
    encode_tokens,
    rank_tokens,
    tokenize_posts,
)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Não, é PÉSSIMO!", ["não", ",", "é", "péssimo", "!"]),
        ("Est\u0061\u0301 bom", ["está", "bom"]),  # an accent that was typed after its letter
        ("bem-educado", ["bem", "educado"]),
        ("@ana que lindo https://t.co/x9 www.a.com.br/b", ["que", "lindo"]),
        ("fulano@correio.com", ["fulano", "correio", ".", "com"]),
        ("#Amei o #show", ["amei", "o", "show"]),
        ("liiiindo muuuito booom", ["lindo", "muito", "bom"]),
        ("isso e passo", ["isso", "e", "passo"]),
        ("1000 vezes", ["1000", "vezes"]),
        ("kkkkkkk kkk hahaha rsrsrs", ["kk", "kk", "haha", "rsrs"]),
        ("amei :) <3 ;-) :(", ["amei", ":)", "<3", ";-)", ":("]),
        ("às 10:30", ["às", "10", ":", "30"]),
        ("nota:p", ["nota", ":", "p"]),
        ("👍🏽👍 ❤️", ["👍", "👍", "❤"]),
        ("d'água", ["d'água"]),
        ("d’água", ["d'água"]),
        ("<b>bom</b>", ["bom"]),
    ],
)
def test_what_people_write_to_each_other_is_split_into(text: str, tokens: list[str]) -> None:
    assert tokenize_posts(text) == tokens


def test_ranked_words_come_after_two_rows_of_their_own() -> None:
    assert rank_tokens([["b", "a", "a"], ["a", "c"], ["b"]], 5) == ["<pad>", "<unk>", "a", "b", "c"]


def test_a_word_is_looked_up_and_an_unknown_one_is_marked() -> None:
    encoding = encode_tokens(["bom", "blé"], {"<pad>": 0, "<unk>": 1, "bom": 2})
    assert (encoding.token_ids, encoding.known) == ((2, 1), (True, False))
    with pytest.raises(InvalidInput, match="nothing_to_read"):
        encode_tokens([], {"<unk>": 1})
