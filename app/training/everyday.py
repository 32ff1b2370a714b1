"""Grades answers to a task's everyday sentences: what each kind of them is got right.

Behavioural tests by kind, Ribeiro, Wu, Guestrin and Singh (2020), "Beyond accuracy: behavioral
testing of NLP models with CheckList".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from ..contracts import EverydaySentence, Samples, Task, TokenTask

SURE = 0.7  # from this probability on a network is said to be sure
MARKS = frozenset(".,!?;:")
HARDEST = "irony"  # the kind that `most` leaves out


class _Answer(NamedTuple):
    kind: str
    sentence: EverydaySentence
    given: str
    confidence: float


def grade_everyday(
    task: Task, classes: Sequence[int], confidences: Sequence[float]
) -> dict[str, Any]:
    """Give by language what is right of all, of ``most`` (all but irony) and of each kind.

    ``classes`` and ``confidences`` are the likeliest class of each sentence, in the order of
    the task, and its probability. Of sentences without a right class is told, under
    ``neutral``, in what share the network is unsure (below ``SURE``) and its mean confidence.
    """
    by_language: dict[str, list[_Answer]] = {}
    guesses = iter(zip(classes, confidences, strict=True))
    for kind in task.everyday:
        for sentence in kind.sentences:
            given, confidence = next(guesses)
            answer = _Answer(kind.name, sentence, task.classes[given], confidence)
            by_language.setdefault(kind.language, []).append(answer)
    return {language: _grade_language(answers) for language, answers in by_language.items()}


def _grade_language(answers: Sequence[_Answer]) -> dict[str, Any]:
    kinds = dict.fromkeys(answer.kind for answer in answers)
    most = [a for a in answers if a.kind != HARDEST and a.sentence.classes]
    return {
        **_grade(answers),
        **({"most": _grade(most)} if any(a.kind == HARDEST for a in answers) else {}),
        "kinds": {kind: _grade(a for a in answers if a.kind == kind) for kind in kinds},
    }


def _grade(answers: Iterable[_Answer]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    rows = list(answers)
    hits = [row.given in row.sentence.classes for row in rows if row.sentence.classes]
    if hits:
        facts = {"samples": len(hits), "right": sum(hits), "accuracy": sum(hits) / len(hits)}
    sure = [row.confidence for row in rows if not row.sentence.classes]
    if sure:
        facts["neutral"] = {
            "samples": len(sure),
            "unsure": sum(one < SURE for one in sure) / len(sure),
            "confidence": sum(sure) / len(sure),
        }
    return facts


def leave_out_everyday(task: Task, samples: Samples) -> Samples:
    """Leave out of what is trained on every text that is one of the everyday sentences.

    Compared are the words, without case and without the marks of punctuation.
    """
    texts = [sentence.text for kind in task.everyday for sentence in kind.sentences]
    if not texts or not isinstance(task, TokenTask):
        return samples
    apart = {_fold(task, text) for text in texts}
    longest = 2 * max(map(len, texts))  # a longer text is none of them: its words need no look
    kept = [
        k
        for k, text in enumerate(samples.inputs)
        if len(text) > longest or _fold(task, text) not in apart
    ]
    return samples if len(kept) == len(samples.inputs) else samples.select(kept)


def _fold(task: TokenTask, text: str) -> tuple[str, ...]:
    tokens = tuple(token.lower() for token in task.tokenize(text))
    return tuple(token for token in tokens if token not in MARKS) or tokens


def count_in_training(task: TokenTask, test: Samples, train: Samples) -> int:
    """Count the test samples that stand among the training samples, word for word."""
    seen = {tuple(task.tokenize(text)) for text in train.inputs}
    return sum(tuple(task.tokenize(text)) in seen for text in test.inputs)
