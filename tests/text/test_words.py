from __future__ import annotations

from pathlib import Path

import pytest
from gatescope.contracts import InvalidInput
from gatescope.text.words import digest_files, find_files, look_up, rank_words, split_posts


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
        ("<b>bom</b>", ["bom"]),
    ],
)
def test_what_people_write_to_each_other_is_split_into(text: str, tokens: list[str]) -> None:
    assert split_posts(text) == tokens


def test_ranked_words_come_after_two_rows_of_their_own() -> None:
    assert rank_words([["b", "a", "a"], ["a", "c"], ["b"]], 5) == ["<pad>", "<unk>", "a", "b", "c"]


def test_a_word_is_looked_up_and_an_unknown_one_is_marked() -> None:
    encoding = look_up(["bom", "blé"], {"<pad>": 0, "<unk>": 1, "bom": 2})
    assert (encoding.token_ids, encoding.known) == ((2, 1), (True, False))
    with pytest.raises(InvalidInput, match="nothing_to_read"):
        look_up([], {"<unk>": 1})


def test_a_digest_is_that_of_all_files_and_a_missing_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    with pytest.raises(FileNotFoundError, match=r"b is missing: --data must name .* lines"):
        find_files(tmp_path, ["a", "b"], "lines")
    with pytest.raises(FileNotFoundError, match="--data"):
        find_files(None, ["a"], "lines")
    (tmp_path / "b").write_text("2")
    both = digest_files(find_files(tmp_path, ["a", "b"], "lines"))
    assert len(both) == 64
    assert both != digest_files([tmp_path / "a"])
