"""The everyday sentences: each once, each with classes that its task knows."""

from __future__ import annotations

from collections import Counter

import pytest
from gatescope.registry import find_tasks
from gatescope.text.everyday import TITLES, read_everyday

TASKS = {name: task for name, task in find_tasks().items() if task.everyday}


def test_these_tasks_have_everyday_sentences() -> None:
    assert TASKS.keys() >= {"cloze", "emotion", "sentiment", "sentiment-pt"}
    for task in TASKS.values():
        languages = {kind.language for kind in task.everyday}
        assert languages == set(task.language.split(", "))


@pytest.mark.parametrize("name", TASKS)
def test_every_sentence_stands_once_and_its_classes_are_the_tasks(name: str) -> None:
    task = TASKS[name]
    counts: Counter[str] = Counter()
    for kind in task.everyday:
        assert kind.sentences
        assert kind.title is TITLES[kind.name]
        for text, classes in kind.sentences:
            counts[text] += 1
            assert set(classes) <= set(task.classes), text
            assert len(set(classes)) == len(classes)
    assert set(counts.values()) == {1}


def test_sentences_without_an_opinion_have_no_class() -> None:
    for task in ("sentiment", "sentiment-pt"):
        free = {
            kind.name
            for kind in TASKS[task].everyday
            for sentence in kind.sentences
            if not sentence.classes
        }
        assert free == {"neutral"}


def test_a_language_alone_is_read() -> None:
    both = read_everyday("cloze", "en", "pt")
    assert read_everyday("cloze", "pt") == tuple(k for k in both if k.language == "pt")
