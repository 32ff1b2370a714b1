from __future__ import annotations

import math

import pytest
from gatescope.text.sentences import (
    MIN_TEXTS,
    count_log_ratios,
    cut_sentences,
    list_features,
    split_sentences,
)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ('He said "no." Then he left', ['He said "no.', "Then he left"]),
        ("First<br /><br />Second\n\nThird", ["First", "Second", "Third"]),
        ("version 2.0 is out", ["version 2.0 is out"]),
        ("", []),
    ],
)
def test_texts_are_split_where_a_sentence_ends(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


def test_features_are_distinct_words_and_pairs() -> None:
    assert list_features(["a", "b", "a", "b"]) == {"a", "b", "a b", "b a"}
    assert list_features([]) == set()


def test_log_ratios_are_those_of_smoothed_shares_of_features_seen_often_enough() -> None:
    texts = [{"good"}] * 12 + [{"bad"}] * 6 + [{"bad", "plot"}] * 9 + [{"rare"}] * (MIN_TEXTS - 1)
    targets = [1] * 12 + [0] * 15 + [1] * (MIN_TEXTS - 1)
    ratios = count_log_ratios(texts, targets)
    assert set(ratios) == {"good", "bad"}
    whole_1, whole_0 = (12 + 1) + (0 + 1), (0 + 1) + (15 + 1)
    assert ratios["good"] == pytest.approx(math.log((13 / whole_1) / (1 / whole_0)))
    assert ratios["bad"] == pytest.approx(math.log((1 / whole_1) / (16 / whole_0)))


def test_only_sentences_that_tell_the_class_by_a_wide_margin_are_cut_out() -> None:
    good = "We met on Monday. It is a truly wonderful story! And then we left the room."
    bad = "We met on Monday. It is awful bad rubbish! And then we left the room."
    mixed = ["It is a truly wonderful story!", "It is awful bad rubbish!"]  # of the other class
    texts, targets = [good, bad] * 30 + mixed, [1, 0] * 30 + [0, 1]
    found = list(cut_sentences(texts, targets, lambda text: text.lower().strip("!.").split()))
    assert set(found) == {
        ("It is a truly wonderful story!", 1),
        ("It is awful bad rubbish!", 0),
    }
    assert len(found) == 60
