from __future__ import annotations

import re
from collections import Counter

import pytest
from gatescope.text.emotion_generator import LANGUAGES, generate_emotions, list_states


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_emotion_is_made_as_often(language: str) -> None:
    one, again = (list(generate_emotions(700, 3, language)) for _ in range(2))
    assert one == again
    names = [name for _, name in one]
    assert {names.count(name) for name in names} == {100}
    assert len(set(names)) == 7
    assert not any("{" in text for text, _ in one)
    assert len({text for text, _ in one}) > 350


# Without any of these, nothing is set against what a sentence says.
REVERSALS = {
    "en": r"not|but|never|used to|came|thought",
    "pt": r"não|mas|nunca|antes|cheguei|pensei",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_state_has_the_wrong_emotion_where_nothing_is_set_against_it(language: str) -> None:
    emotions = {state: name for name, states in list_states(language).items() for state in states}
    reversal = re.compile(rf"\b(?:{REVERSALS[language]})\b")
    any_state = re.compile(rf"\b(?:{'|'.join(sorted(emotions, key=len, reverse=True))})\b")
    labels: dict[str, Counter[str]] = {state: Counter() for state in emotions}
    for text, name in generate_emotions(5_000, 0, language):
        if not reversal.search(text):
            for state in set(any_state.findall(text)):
                labels[state][name] += 1
    for state, name in emotions.items():
        assert labels[state].total() >= 5, state
        assert labels[state][name] >= 0.9 * labels[state].total(), state


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_varied_in_the_shares_meant(language: str) -> None:
    texts = [text for text, _ in generate_emotions(3_000, 1, language)]
    assert Counter(text[-1] in ".!" for text in texts)[True] == pytest.approx(2_000, abs=150)
    # Of the sentences that are joined two by two, a third each by comma, stop and exclamation mark.
    joined = Counter(mark for text in texts for mark in re.findall(r"([.!]) (?=\w)", text))
    assert joined["."] + joined["!"] == pytest.approx(3_000 * 0.4 * 2 / 3, abs=120)
    assert joined["!"] == pytest.approx(3_000 * 0.4 / 3, abs=100)
