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
    "en": r"not|nt|\w+n't|(?:do|d|did|does|is|are|was|were|wo|ca|could|would)nt|never|nobody"
    r"|nothing|no longer|neither|nor|but|used to|came|thought|went in"
    r"|at first|although|altho|even though|instead|expected|yesterday \w+|from|more|people|ppl",
    "pt": r"não|nao|n|ñ|naum|nem|nada|nd|nunca|mas|antes|cheguei|pensei|entrei|começo|comeco|embora"
    r"|apesar|em vez|esperava|ontem|fui de|acham|mais|vivia|deixei",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_state_has_the_wrong_emotion_where_nothing_is_set_against_it(language: str) -> None:
    emotions = {state: name for name, states in list_states(language).items() for state in states}
    reversal = re.compile(rf"\b(?:{REVERSALS[language]})\b")
    any_state = re.compile(rf"\b(?:{'|'.join(sorted(emotions, key=len, reverse=True))})\b")
    labels: dict[str, Counter[str]] = {state: Counter() for state in emotions}
    for text, name in generate_emotions(10_000, 0, language):
        if not reversal.search(text):
            for state in set(any_state.findall(text)):
                labels[state][name] += 1
    for state, name in emotions.items():
        assert labels[state].total() >= 5, state
        assert labels[state][name] >= min(0.9 * labels[state].total(), labels[state].total() - 1), (
            state
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_varied_in_the_shares_meant(language: str) -> None:
    texts = [text for text, _ in generate_emotions(5_000, 1, language)]
    assert len(set(texts)) > 0.95 * len(texts)
    emoji = re.compile(r"[\U0001f300-\U0001faff\u2600-\u27bf]")
    assert 0.1 < sum(bool(emoji.search(text)) for text in texts) / len(texts) < 0.25
    plain = [text for text in texts if not emoji.search(text)]
    ends = Counter(text[-1] for text in plain)
    assert ends["."] == pytest.approx(ends["!"], rel=0.15)
    assert len(plain) / 4 < ends["."] < len(plain) / 2


# What a feeling that is only denied is given.
DENIED = {
    "en": (("i'm not {joy}", "sadness"), ("i am not {sadness} any more", "joy")),
    "pt": (("não me sinto {joy}", "sadness"), ("não estou mais {sadness}", "joy")),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_denied_feeling_is_of_the_class_told(language: str) -> None:
    told = list(generate_emotions(10_000, 2, language))
    states = {name: f"(?:{'|'.join(own)})" for name, own in list_states(language).items()}
    for denied, expected in DENIED[language]:
        words = denied.format(**states)
        names = {name for text, name in told if re.fullmatch(rf"{words}[.!]?", text)}
        assert names == {expected}, words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_emotion_has_dozens_of_situations_without_its_words(language: str) -> None:
    states = list_states(language)
    for name, own in states.items():
        word = re.compile("|".join(own))
        told = {
            text
            for text, other in generate_emotions(5_000, 4, language)
            if other == name and not word.search(text)
        }
        assert len(told) > 200, name
