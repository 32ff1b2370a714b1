from __future__ import annotations

import pytest
from gatescope.contracts import EverydayKind, EverydaySentence, Samples, Text
from gatescope.registry import find_tasks, find_token_tasks
from gatescope.text.cloze_generator import list_sentences
from gatescope.text.emotion_generator import generate_emotions
from gatescope.text.sentiment_generator import generate_sentiments
from gatescope.training.everyday import count_in_training, grade_everyday, leave_out_everyday

from tests.made_up import LastStep


def kind(name: str, language: str, *classes: tuple[str, ...]) -> EverydayKind:
    sentences = tuple(EverydaySentence(f"{name} {k}", one) for k, one in enumerate(classes))
    return EverydayKind(name, "en" if language == "en" else "pt", Text(name, name), sentences)


def generate(name: str) -> list[str]:
    """Give what the generators of a task make for training."""
    if name == "cloze":
        return [sentence.text for sentence in list_sentences("train")]
    if name == "emotion":
        return [
            text for language in ("en", "pt") for text, _ in generate_emotions(10_000, 0, language)
        ]
    made_up = generate_sentiments(
        20_000, seed=len("train"), held_out=False, language=find_tasks()[name].language
    )
    return [text for text, _ in made_up]


class Asked(LastStep):
    everyday = (
        kind("plain", "en", ("yes",), ("no",), ("yes", "no")),
        kind("irony", "en", ("no",)),
        kind("neutral", "en", (), ()),
        kind("plain", "pt", ("no",)),
    )


def test_answers_are_counted_by_language_and_kind() -> None:
    facts = grade_everyday(Asked(), [1, 1, 0, 1, 1, 0, 0], [0.9, 0.9, 0.6, 0.9, 0.8, 0.6, 0.9])
    assert facts["en"] == {
        "samples": 4,
        "right": 2,
        "accuracy": 0.5,
        "neutral": {"samples": 2, "unsure": 0.5, "confidence": pytest.approx(0.7)},
        "most": {"samples": 3, "right": 2, "accuracy": pytest.approx(2 / 3)},
        "kinds": {
            "plain": {"samples": 3, "right": 2, "accuracy": pytest.approx(2 / 3)},
            "irony": {"samples": 1, "right": 0, "accuracy": 0.0},
            "neutral": {"neutral": {"samples": 2, "unsure": 0.5, "confidence": pytest.approx(0.7)}},
        },
    }
    right = {"samples": 1, "right": 1, "accuracy": 1.0}
    assert facts["pt"] == {**right, "kinds": {"plain": right}}


def test_what_is_measured_is_left_out_of_training_whatever_its_marks() -> None:
    texts = ["plain 0", "Plain 0", "plain 0 !", "plain 00", "plain 0 irony 0", "neutral 1 . ."]
    samples = Samples(texts, [0] * 6, "digest", {"kind": list("abcdef")})
    kept = leave_out_everyday(Asked(), samples)
    assert kept.inputs == ["plain 00", "plain 0 irony 0"]
    assert kept.groups == {"kind": ["d", "e"]}
    assert leave_out_everyday(LastStep(), samples) is samples


@pytest.mark.parametrize("name", ["cloze", "emotion", "sentiment", "sentiment-pt"])
def test_no_everyday_sentence_of_a_task_is_trained_on(name: str) -> None:
    task = find_token_tasks()[name]
    texts = generate(name)
    kept = leave_out_everyday(task, Samples(texts, [0] * len(texts), ""))
    assert len(texts) >= len(kept.inputs) > 0.99 * len(texts)
    learned = {tuple(task.tokenize(text)) for text in kept.inputs}
    apart = [sentence.text for kind in task.everyday for sentence in kind.sentences]
    assert [text for text in apart if tuple(task.tokenize(text)) in learned] == []


def test_a_copy_is_one_word_for_word() -> None:
    train = Samples(["a b c", "d e"], [0, 1], "")
    test = Samples(["a  b c", "a b", "d e", "d e"], [0, 0, 1, 1], "")
    assert count_in_training(LastStep(), test, train) == 3
