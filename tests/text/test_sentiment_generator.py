from __future__ import annotations

import re
from functools import cache
from itertools import product

import pytest
from gatescope.text.files import read_data
from gatescope.text.sentiment_generator import (
    BAD,
    GOOD,
    LANGUAGES,
    LECTURE,
    NOUNS,
    generate_frames,
    generate_sentiments,
    is_held_out,
    list_acts,
    list_effects,
    list_verbs,
)
from gatescope.text.words import tokenize_posts


def stems(adjective: str) -> list[str]:
    """Give an adjective in every gender, in the singular and in the regular plurals."""
    forms = [form.replace("_", " ") for form in adjective.split("/")]
    forms += [form[:-1] + "a" for form in forms if form.endswith("o")]
    return [form + end for form in forms for end in ("", "s", "es")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("held_out", [False, True])
def test_the_same_seed_makes_the_same_sentences_half_of_them_positive(
    held_out: bool, language: str
) -> None:
    one, again, other = (
        list(generate_sentiments(200, seed, held_out, language)) for seed in (1, 1, 2)
    )
    assert one == again
    assert one != other
    assert sum(positive for _, positive in one) == 100
    for text, _ in one:
        assert "{" not in text
        assert "_" not in text
        assert text == " ".join(text.lower().split())
        assert tokenize_posts(text)


CONTRAST = {
    "pt": r"(?:, não \w+|, não|, nada|, nem um pouco|, longe de ser|, mas sim) ",
    "en": r"(?:, (?:it|they) \w+(?: not)?|, not| and not|, far from|, but| instead of) ",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_training_sentence_sets_a_held_pair_against_each_other(language: str) -> None:
    text = " | ".join(text for text, _ in generate_sentiments(4_000, 5, language=language))
    named = {form: word for word in GOOD[language] + BAD[language] for form in stems(word)}
    one = "|".join(sorted(map(re.escape, named), key=len, reverse=True))
    met = {
        frozenset((named[first], named[second]))
        for first, second in re.findall(rf"\b({one}){CONTRAST[language]}({one})\b", text)
    }
    pairs = product(GOOD[language], BAD[language])
    held_out = {frozenset(pair) for pair in pairs if is_held_out(*pair)}
    assert len(met) > 60
    assert not met & held_out


@pytest.mark.parametrize(("language", "lecture"), [*zip(LANGUAGES, LECTURE, strict=True)])
def test_every_fifth_pair_is_held_out_and_that_of_the_lecture_too(
    language: str, lecture: tuple[str, str]
) -> None:
    pairs = [(good, bad) for good in GOOD[language] for bad in BAD[language]]
    assert sum(is_held_out(*pair) for pair in pairs) / len(pairs) == pytest.approx(0.2, abs=0.02)
    assert lecture in pairs
    assert is_held_out(*lecture)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_are_given_once_and_no_adjective_is_on_both_sides(language: str) -> None:
    good, bad, nouns = GOOD[language], BAD[language], NOUNS[language]
    assert len(set(good)) == len(good)
    assert len(set(bad)) == len(bad)
    assert not set(good) & set(bad)
    assert len(set(nouns)) == len(nouns)
    assert len({kind for kind, _ in nouns}) == 2
    for positive, adjectives in (("good", good), ("bad", bad)):
        assert len(adjectives) >= 150, positive


def test_verb_and_pronoun_agree_with_the_noun_in_english() -> None:
    number = {noun.replace("_", " "): kind for kind, noun in NOUNS["en"]}
    seen = set()
    for text, _ in generate_sentiments(4_000, 7, language="en"):
        for noun, verb in re.findall(
            r"\b(?:the|this|these|our) ([\w ]+?) (was|were|is|are)\b", text
        ):
            if noun in number:
                assert (verb in {"were", "are"}) == (number[noun] == "plural"), text
                seen.add(verb)
    assert seen == {"was", "were", "is", "are"}


def test_article_and_adjective_agree_with_the_noun() -> None:
    gender = {noun: gender for gender, noun in NOUNS["pt"]}
    for text, _ in generate_sentiments(2_000, 7):
        for article, noun in re.findall(r"\b([oa]|uma?) (\w+)\b", text):
            if noun in gender:
                assert (article in {"a", "uma"}) == (gender[noun] == "feminine"), text
    texts = " ".join(text for text, _ in generate_sentiments(8_000, 7))
    for plurals in (
        "boas|ótimas|lindas|limpas",
        "confortáveis|incríveis",
        "legais|geniais",
        "bons|ruins",
    ):
        assert re.search(rf"\b(?:{plurals})\b", texts), plurals


# Words that turn an opinion round, or set two against each other: a sentence without any of them
# says what its words say.
REVERSALS = {
    "en": r"not|nt|\w+n't|(?:do|d|did|does|is|are|was|were|wo|ca|could|would)nt|never|nothing"
    r"|nothin|nobody|neither|nor|no|but|yet|however|although|altho|whoever|disagree"
    r"|though|tho|still|despite|in spite|regardless|apart|except|while|nevertheless|until|even"
    r"|only|far from|hardly|instead|rather|more|less|expected|hoped|would be|supposed to|used to"
    r"|at first|began|could|impossible|hard to|how can|why|who|is there|did anyone|anything"
    r"|i say|people say|ppl say|calls?|i was ready|thought|came to|wanted to|went from|in the end"
    r"|without|zero|few|little|trace|free|where|turned|promised|ended|stopped"
    r"|expected|at first|rare|crazy to|makes|out of the question",
    "pt": r"não|nao|n|ñ|naum|nunca|jamais|nada|nd|ninguém|ninguem|ngm|nem|nenhum|nenhuma|mas|porém"
    r"|porem|contudo|entanto|entretanto|embora|apesar|mesmo|msm|ainda|até|ate|(?:só|so) (?:que|q)"
    r"|tirando|resto|longe|em vez|antes|esperava|pensei|achei (?:que|q)|começo|comeco|fui|podia"
    r"|pode|impossível|impossivel|deveria|era para|dizem|digam|diziam|diz|digo|parecer|parecia"
    r"|passou de|mais|menos|sim|como|quem|por (?:que|q)|pq|tem|enquanto"
    r"|por (?:um|mais)|começou|comecou"
    r"|falam|me (?:falaram|disseram)|no fim|tinha|para|p|pra|sem|zero|pouc[oa]|livre|faltou|precisa"
    r"|precisam|carece|carecem|virou|lugar|onde|trocou|trocaram|troquei|prometeram|terminou"
    r"|terminaram|deixou de ser|deixaram de ser|de \w+ (?:para|p) \w+|era|eram|assim mudou|houve"
    r"|início|inicio|achou|está menos|falta|parei|raro|nego|fora de questão|fora d questão|loucura"
    r"|difícil|dificil",
}
_STRETCHED = re.compile(r"(\w)\1{2,}")


@cache
def list_sentences(language: str) -> list[tuple[str, bool]]:
    """Give sentences as are trained on, a stretched letter ("goood") written once."""
    texts = generate_sentiments(40_000, 5, language=language)
    return [(_STRETCHED.sub(r"\1", text), positive) for text, positive in texts]


@cache
def list_plain(language: str) -> list[tuple[str, bool]]:
    """Give those of them in which nothing turns an opinion round."""
    reversal = re.compile(rf"\b(?:{REVERSALS[language]})\b")
    return [one for one in list_sentences(language) if not reversal.search(one[0])]


def list_forms(language: str, positive: bool) -> list[str]:
    return [
        form
        for verb in list_verbs(language, positive)
        for name, form in verb.items()
        if name != "preposition"
    ]


def list_opinions(language: str) -> dict[str, bool]:
    """Give the words of opinion in every form, and whether they praise; homonyms are left out."""
    nouns = {noun for _, noun in NOUNS[language]}
    opinions: dict[str, bool] = {}
    for positive, adjectives in ((True, GOOD[language]), (False, BAD[language])):
        words = [form for one in adjectives if one not in nouns for form in stems(one)]
        opinions |= dict.fromkeys([*words, *list_forms(language, positive)], positive)
    return opinions


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_opinion_has_the_wrong_label_where_nothing_reverses_it(language: str) -> None:
    opinions = list_opinions(language)
    labels: dict[str, list[bool]] = {word: [] for word in opinions}
    forms = {tuple(re.findall(r"\w+", word)): word for word in opinions}
    longest = max(map(len, forms))
    for text, positive in list_plain(language):
        tokens, place, found = re.findall(r"\w+", text), 0, set()
        while place < len(tokens):
            # the longest form that begins here
            sizes = range(longest, 0, -1)
            size = next((n for n in sizes if tuple(tokens[place : place + n]) in forms), 0)
            if size:
                found.add(forms[tuple(tokens[place : place + size])])
            place += max(1, size)
        for word in found:
            labels[word].append(positive)
    for word, positive in opinions.items():
        assert labels[word].count(not positive) <= max(1, 0.1 * len(labels[word])), word
    for verb in list_verbs(language, True) + list_verbs(language, False):
        infinitives = {verb["base"], verb.get("third_base", verb["base"])}
        assert sum(len(labels[form]) for form in infinitives) >= 4, verb
    adjectives = GOOD[language] + BAD[language]
    unheard = [one for one in adjectives if not any(labels.get(word, [1]) for word in stems(one))]
    assert len(unheard) <= 0.05 * len(adjectives), unheard


@pytest.mark.parametrize(
    ("language", "begins"),
    [
        ("en", "don't "),
        ("en", "do not "),
        ("en", "i do not "),
        ("pt", "não perca"),
        ("pt", "eu não "),
        ("pt", "não "),
    ],
)
def test_what_begins_with_a_negation_is_praise_as_often_as_blame(
    language: str, begins: str
) -> None:
    labels = [positive for text, positive in list_sentences(language) if text.startswith(begins)]
    assert len(labels) > 20
    assert 0.3 < sum(labels) / len(labels) < 0.7


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_thing_does_to_people_has_the_right_label_too(language: str) -> None:
    for positive in (True, False):
        for forms in list_effects(language, positive):
            past = forms["past" if language == "en" else "third_past"]
            pattern = re.compile(rf"\b{re.escape(past).replace(re.escape('*'), ' .*?')}\b")
            labels = [label for text, label in list_plain(language) if pattern.search(text)]
            assert labels, past
            assert labels.count(not positive) <= max(1, 0.1 * len(labels)), past


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_varied_and_some_are_short_or_only_emoji(language: str) -> None:
    texts = [text for text, _ in list_sentences(language)]
    assert len(set(texts)) > 0.97 * len(texts)
    lengths = [len(text.split()) for text in texts]
    assert 0.05 < sum(length <= 3 for length in lengths) / len(texts) < 0.25
    assert any(not re.search(r"\w", text) for text in texts)
    emoji = {good: set(_list_emoji(language, good)) for good in (True, False)}
    assert not emoji[True] & emoji[False]
    labels: dict[bool, list[bool]] = {True: [], False: []}
    for text, positive in list_sentences(language):
        for good, own in emoji.items():
            if any(one in text.split() for one in own):
                labels[good].append(positive)
    assert min(map(len, labels.values())) > 300
    assert all(labels[True])
    assert not any(labels[False])


def _list_emoji(language: str, good: bool) -> list[str]:
    side = "good" if good else "bad"
    return [one for one in read_data(f"sentiment.{language}.json")[f"emoji_{side}"] if one != "⭐"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_held_out_contrasts_are_worded_as_no_training_sentence_is(language: str) -> None:
    data = read_data(f"sentiment.{language}.json")
    held_out = set(data["contrast_held_out"])
    assert len(data["contrast"]) >= 40
    assert len(held_out) >= 12
    for name, templates in data.items():
        if name != "contrast_held_out" and isinstance(templates, list):
            assert not held_out & set(templates), name
    sentences = list(generate_sentiments(1_000, 4, held_out=True, language=language))
    assert len({text for text, _ in sentences}) > 950
    assert not {text for text, _ in sentences} & {text for text, _ in list_sentences(language)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_verbs_are_measured_in_frames_that_no_training_sentence_has(language: str) -> None:
    data = read_data(f"sentiment.{language}.json")
    frames = set(data["verb_held_out"])
    assert len(frames) >= 12
    for name, templates in data.items():
        if name != "verb_held_out" and isinstance(templates, list):
            assert not frames & set(templates), name
    sentences = list(generate_frames(500, 4, language))
    assert sum(positive for _, positive in sentences) == 250
    assert len({text for text, _ in sentences}) > 490
    assert not {text for text, _ in sentences} & {text for text, _ in list_sentences(language)}
    # what stands before the verbs
    beginnings = {" ".join(frame.partition("{")[0].split()) for frame in frames}
    texts = [" " + text for text, _ in list_sentences(language)]
    for beginning in beginnings:
        if len(beginning.split()) >= 3:
            assert not any(f" {beginning} " in text for text in texts), beginning


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_a_lexicon_stand_once_on_one_side_and_name_their_source(language: str) -> None:
    data = read_data(f"opinions.{language}.json")
    assert "MIT" in data["source"]
    for kind in ("adjectives", "qualities", "verbs", "effects", "acts"):
        sides = []
        for side in ("good", "bad"):
            words = data[f"{kind}_{side}"]
            words = " ".join(words.values()) if isinstance(words, dict) else words
            sides.append(words.split() if isinstance(words, str) else words)
        assert len(set(sides[0]) | set(sides[1])) == len(sides[0]) + len(sides[1]), kind


@pytest.mark.parametrize(
    ("language", "positive", "forms"),
    [
        ("en", True, {"base": "shine", "third": "shines", "past": "shone", "gerund": "shining"}),
        ("pt", False, {"base": "falhar", "third": "falha", "third_past": "falhou"}),
    ],
)
def test_what_a_thing_does_by_itself_has_its_forms(
    language: str, positive: bool, forms: dict[str, str]
) -> None:
    assert any(forms.items() <= verb.items() for verb in list_acts(language, positive))
