"""Opposites: words that a task reads as one token, and that agree as they do."""

from __future__ import annotations

import pytest
from gatescope.registry import find_token_tasks
from gatescope.text.opposites import read_opposites

TASKS = {name: task for name, task in find_token_tasks().items() if task.opposites}


def test_the_tasks_of_opinions_and_emotions_know_opposites() -> None:
    assert TASKS.keys() >= {"sentiment", "sentiment-pt", "emotion"}


@pytest.mark.parametrize("name", TASKS)
def test_every_word_and_its_opposite_is_one_token_and_another(name: str) -> None:
    task = TASKS[name]
    for word, opposite in task.opposites.items():
        assert task.tokenize(f"{word} {opposite}") == [word, opposite]
        assert word != opposite


@pytest.mark.parametrize("name", TASKS)
def test_tokens_set_side_by_side_are_read_as_the_same_tokens(name: str) -> None:
    """The page writes a text with one token changed from its tokens."""
    task = TASKS[name]
    texts = [sentence.text for kind in task.everyday for sentence in kind.sentences]
    for text in [*texts, *(example.value for example in task.examples)]:
        tokens = task.tokenize(text)
        assert task.tokenize(" ".join(tokens)) == tokens


def test_an_opposite_agrees() -> None:
    opposites = read_opposites("pt")
    wanted = {"boa": "ruim", "maravilhosas": "horríveis", "chata": "legal", "nojento": "delicioso"}
    assert {word: opposites[word] for word in wanted} == wanted


def test_a_form_of_both_genders_has_an_opposite_of_both_genders() -> None:
    opposites = read_opposites("pt")
    assert opposites["ruim"] == "excelente"  # not "bom", which "a comida" could not be
    assert opposites["legais"] == "ruins"


def test_the_opposite_of_the_film_reviews_first_verdict_says_the_contrary() -> None:
    assert read_opposites("en")["terrible"] in {"great", "wonderful"}
    assert read_opposites("en")["wonderful"] == "terrible"
