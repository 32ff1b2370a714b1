from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any, Literal

import numpy as np
import pytest
from gatescope.contracts import IGNORE_INDEX, Encoding, InvalidInput, Samples
from gatescope.nn.answers import ClassAnswer
from gatescope.nn.checkpoint import Model, load_model
from gatescope.registry import find_models
from gatescope.tasks.cloze import TASK
from gatescope.text.cloze_generator import (
    FAMILIES,
    MAX_DISTANCE,
    PEOPLE,
    count_from_clue,
    count_words,
    detect_language,
    fold,
    generate,
    list_clue_words,
    list_sentences,
)
from gatescope.text.lexicon import LEXICONS
from gatescope.training.batches import encode_samples
from gatescope.training.evaluation import build_trained, predict

VOCABULARY = {"<pad>": 0, "<unk>": 1, "franca": 2, "eu": 3, "mary": 4, "'s": 5, ",": 6, "e": 7}
SHIPPED = [name for name in find_models() if name.startswith("cloze-")]
GATED = [name for name in SHIPPED if not name.endswith("-rnn")]
LECTURE = dict(
    line.split(" -> ")
    for line in """
Eu cresci na França, sou fluente em -> francês
Eu nasci no Brasil, logo eu falo -> português
O tempo que passei na China foi muito legal e tive a oportunidade de aprender a falar -> chinês
As nuvens estão lá no -> céu
João e Maria estão namorando, a mãe de maria não gosta desse namoro, então joão terminou com \
-> maria
João entrou na sala. José também. Já é tarde e ambos estão atrasados. João disse oi para -> josé
I grew up in France, I am fluent in -> french
I was born in Brazil, so I speak -> portuguese
The time I spent in China was great and I had the chance to learn to speak -> chinese
The clouds are up there in the -> sky
John and Mary are dating, Mary's mother does not like it, so John broke up with -> mary
John walked into the room. Joseph did too. It is late and both are late. John said hi to -> joseph
""".strip().splitlines()
)
SLOTS = {*"cNOopqrx", "UM", "MEU", "um", "de", "em", "c2", "o2", "um2", "de2", "em2"}
WAYS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "blank": lambda text: f"{text} ___",
    "dots": lambda text: f"{text}...",
    "small": str.lower,
    "plain": fold,
    "loud": str.upper,
}


@cache
def open_model(name: str) -> Model:
    return load_model(find_models()[name])


def answer(name: str, texts: Sequence[str]) -> list[str]:
    """Give what a shipped model fills each blank with."""
    model = open_model(name)
    module = build_trained(model.cell, model.shape, model.weights)
    rows = encode_samples(TASK, model.index, Samples(texts, [0] * len(texts), ""), module.spellings)
    found = {
        k: guess for batch in predict(module, ClassAnswer(TASK), rows) for k, guess in batch.items()
    }
    return [TASK.classes[int(found[k].answers[-1])] for k in range(len(rows))]


@cache
def tokens_of(text: str) -> tuple[str, ...]:
    return tuple(fold(token) for token in TASK.tokenize(text))


def reduce_to_words(texts: Iterable[str]) -> list[str]:
    """Give each text without case, accents and marks, so that only its words count."""
    plain = unicodedata.normalize("NFKD", "\n".join(texts).casefold())
    return re.sub(" +", " ", re.sub(r"[^a-z\n ]+", "", plain)).split("\n")


@cache
def reduce_split(split: Literal["train", "test"]) -> tuple[str, ...]:
    return tuple(reduce_to_words(sentence.text for sentence in list_sentences(split)))


@cache
def trained_on() -> frozenset[str]:
    return frozenset(reduce_split("train"))


def names_in(text: str, language: str) -> list[str]:
    names = {fold(name): name for name in LEXICONS[language].names}
    return [names[token] for token in tokens_of(text) if token in names]


def lines_of(language: str) -> Iterator[str]:
    """Give every template and filler of a language."""
    lexicon = LEXICONS[language]
    yield from (*lexicon.filler_phrases, *lexicon.filler_sentences)
    yield from (*lexicon.list_templates(held_out=False), *lexicon.list_templates(held_out=True))


def test_the_answers_are_many_and_in_a_fixed_order() -> None:
    assert len(TASK.classes) > 700
    assert list(TASK.classes) == sorted(set(TASK.classes))
    assert {"francês", "french", "céu", "sky", "maria", "josé", "joseph"} <= set(TASK.classes)
    assert all(name == name.lower() for name in TASK.classes)
    assert {text.pt for text in TASK.labels.values()} == set(TASK.classes)


def test_a_few_dozen_names_are_common_in_both_languages() -> None:
    both = set(LEXICONS["pt"].names) & set(LEXICONS["en"].names)
    assert len(both) >= 36


@pytest.mark.parametrize("language", LEXICONS)
def test_there_are_several_hundred_templates_and_fillers(language: str) -> None:
    lines = list(lines_of(language))
    assert len(lines) > 1_500
    for line in lines:
        assert line == line.strip() != ""
        assert set(re.findall(r"\{(\w+)\}", line)) <= SLOTS, line


@pytest.mark.parametrize("language", LEXICONS)
def test_a_filler_names_no_clue(language: str) -> None:
    lexicon = LEXICONS[language]
    for filler in lexicon.filler_phrases + lexicon.filler_sentences:
        assert not set(tokens_of(filler)) & list_clue_words(language), filler


@pytest.mark.parametrize("language", LEXICONS)
def test_a_clue_of_one_relation_has_one_answer(language: str) -> None:
    for relation in LEXICONS[language].relations:
        clues = relation.clues
        assert len({clue.text for clue in clues}) == len(clues), relation.name
        assert {clue.answer for clue in clues} <= set(TASK.classes)


def test_the_same_sentences_are_made_every_time() -> None:
    one, again = (list(islice(generate("test"), 300)) for _ in range(2))
    assert one == again
    assert {sentence.language for sentence in one} == {"pt", "en"}
    assert TASK.load(None, "train").digest == TASK.load(None, "test").digest


@pytest.mark.parametrize("split", ["train", "test"])
def test_a_sentence_is_of_its_distance(split: str) -> None:
    sentences = list_sentences("train" if split == "train" else "test")
    assert max(one.distance for one in sentences) == MAX_DISTANCE
    assert min(one.distance for one in sentences) <= 2
    for one in sentences[:2000]:
        assert "{" not in one.text
        assert "\0" not in one.text
        if one.relation in PEOPLE:
            words = [fold(word) for word in re.findall(r"[^\W_]+", one.text.replace("'s", ""))]
            assert words[::-1].index(fold(one.answer)) == one.distance, one


def test_every_distance_has_its_test_sentences() -> None:
    test = TASK.load(None, "test")
    graded = TASK.grade(test, [np.array([target]) for target in test.targets])
    assert [bound for bound, _, _ in graded["by_distance"]] == [5, 10, 20, 30, 40, 50, 60]
    assert all(share == 1 and count > 150 for _, share, count in graded["by_distance"])
    assert [name for name, _, _ in graded["by_language"]] == ["en", "pt"]
    assert sum(count for _, _, count in graded["by_relation"]) == 6_000
    assert {name for name, _, _ in graded["by_family"]} == set(FAMILIES)
    assert sum(count for _, _, count in graded["by_family"]) == 6_000
    ((name, share, count),) = graded["kind"]
    assert (name, share) == ("new", 1)
    assert count == sum(n for family, _, n in graded["by_family"] if family.startswith("new"))
    assert set(FAMILIES) | {"by_family", "kind"} <= TASK.figures.keys()


def test_a_wrong_answer_counts_where_it_belongs() -> None:
    groups: Mapping[str, Sequence[Any]] = {
        "distance": [3, 5, 6, 60, 61],
        "language": ["pt", "pt", "en", "en", "en"],
        "relation": ["language"] * 5,
        "family": ["known"] * 5,
    }
    samples = Samples(["x"] * 5, [0, 1, 2, 2, 2], "", groups)
    graded = TASK.grade(samples, [np.array([9, k]) for k in (0, 0, 2, 2, 0)])
    assert graded["by_distance"] == [[5, 0.5, 2], [10, 1.0, 1], [60, 0.5, 2]]
    assert graded["by_language"] == [["en", 0.6667, 3], ["pt", 0.5, 2]]


def test_a_wrong_answer_may_be_of_the_right_kind() -> None:
    index = {name: k for k, name in enumerate(TASK.classes)}
    rows = [
        ("en", "language", "new", "french", "german"),
        ("en", "language", "new", "french", "francês"),
        ("pt", "sound", "new_negated", "late", "mia"),
        ("en", "story", "new_people", "mary", "john"),
        ("en", "home", "new", "kennel", "french"),
        ("en", "home", "known", "kennel", "french"),
    ]
    languages, relations, families, answers, guesses = zip(*rows, strict=True)
    groups = {"language": languages, "relation": relations, "family": families}
    samples = Samples(["x"] * 6, [index[answer] for answer in answers], "", groups)
    graded = TASK.grade(samples, [np.array([index[guess]]) for guess in guesses])
    assert graded["kind"] == [["new", 0.6, 5]]
    assert graded["by_family"] == [
        ["known", 0.0, 1],
        ["new", 0.0, 3],
        ["new_negated", 0.0, 1],
        ["new_people", 0.0, 1],
    ]


def test_no_test_sentence_was_trained_on() -> None:
    assert len(set(reduce_split("test"))) > 5_900
    assert not trained_on() & set(reduce_split("test"))
    assert not trained_on() & set(reduce_to_words(LECTURE))


def test_no_two_people_of_the_test_met_in_training() -> None:
    def pairs(split: Literal["train", "test"]) -> set[frozenset[str]]:
        people = {
            name: re.compile(rf"\b(?:{'|'.join(map(fold, lexicon.names))})(?=s?\b)")
            for name, lexicon in LEXICONS.items()
        }
        return {
            frozenset(people[sentence.language].findall(text))
            for sentence, text in zip(list_sentences(split), reduce_split(split), strict=True)
            if sentence.relation == "people"
        }

    tested, trained = pairs("test"), pairs("train")
    assert not tested & trained
    assert frozenset({"joao", "maria"}) not in trained
    assert len({pair for pair in trained if len(pair) == 2}) > 2_000
    assert len(tested) > 300


def test_the_answer_is_the_other_one() -> None:
    people = [one for one in list_sentences("test") if one.relation == "people"]
    first = 0
    for one in people:
        names = names_in(one.text, one.language)
        assert set(names) == {names[-1], one.answer}, one
        assert names[-1] != one.answer
        first += names[0] == one.answer
    assert 0.4 < first / len(people) < 0.6


def test_every_answer_is_trained_and_every_clue_is_known() -> None:
    training = list_sentences("train")
    assert {one.answer for one in training} == set(TASK.classes)
    # Of the texts that training kept, those held out to validate are not among them.
    vocabulary = open_model(SHIPPED[0]).index.keys()
    for language in LEXICONS:
        assert list_clue_words(language) <= vocabulary
    assert 1_500 < len(vocabulary) < 4_500


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Eu cresci na França, sou", ["Eu", "cresci", "na", "França", ",", "sou"]),
        ("sou fluente em ___", ["sou", "fluente", "em"]),
        ("sou fluente em ...", ["sou", "fluente", "em"]),
        ("sou fluente em…", ["sou", "fluente", "em"]),
        ("sou fluente em ______ .", ["sou", "fluente", "em"]),
        ("a ___ b", ["a", "b"]),
        ("Mary's mother", ["Mary", "'s", "mother"]),
        ("MARY’S mother", ["MARY", "’S", "mother"]),
        ("doesn't", ["doesn't"]),
        ("guarda-chuva", ["guarda", "chuva"]),
        ("Franc\u0327a", ["França"]),
        ("oi! tudo bem?", ["oi", "!", "tudo", "bem", "?"]),
        ("“oi” — (tudo)…", ["oi", "tudo"]),
        ("um…dois", ["um", "dois"]),
        ("<b>oi</b> 😀", ["oi", "😀"]),
    ],
)
def test_a_text_is_split_into(text: str, tokens: list[str]) -> None:
    assert TASK.tokenize(text) == tokens


@pytest.mark.parametrize("text", ["FRANÇA", "franca", "França", "Franc\u0327a", "FRANCA ___"])
def test_case_and_accents_do_not_matter_for_what_is_looked_up(text: str) -> None:
    encoding = TASK.read(text, VOCABULARY)
    assert encoding.token_ids == (2,)
    assert encoding.known == (True,)


def test_a_word_the_model_never_saw_reads_the_unknown_row_and_is_shown_as_typed() -> None:
    encoding = TASK.read("Eu e Zoroastro, Mary's (unk) ___", VOCABULARY)
    assert encoding.tokens == ("Eu", "e", "Zoroastro", ",", "Mary", "'s", "unk")
    assert encoding.token_ids == (3, 7, 1, 6, 4, 5, 1)
    assert encoding.known == (True, True, False, True, True, True, False)


@pytest.mark.parametrize("text", ["___", "...", "—", " ", "_._", "'", "<br>", "…"])
def test_a_text_without_a_word_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        TASK.read(text, VOCABULARY)
    assert (refusal.value.code, refusal.value.field) == ("nothing_to_read", "input.text")


def test_rare_words_are_left_to_the_unknown_row() -> None:
    texts = ["Ação ação a a"] * 2 + ["a raro"]
    assert TASK.build_vocabulary(texts, 10) == ["<pad>", "<unk>", "a", "acao"]
    assert TASK.build_vocabulary(texts, 3) == ["<pad>", "<unk>", "a"]


def test_the_loss_is_taken_at_the_last_step() -> None:
    assert TASK.topology == "many-to-one"
    encoding = Encoding(("a",) * 9, (2,) * 9, (True,) * 9)
    assert TASK.find_targets(encoding, 4).tolist() == [IGNORE_INDEX] * 8 + [4]


@pytest.mark.parametrize("text", LECTURE)
def test_a_sentence_is_stretched_to_about_a_distance(text: str) -> None:
    language = "pt" if LECTURE[text] in "francês português chinês céu maria josé" else "en"
    assert detect_language(text) == language
    before = -1
    for distance in (2, 15, 30, 45, 60):
        found = TASK.stretch(text + " ___", distance)
        assert found is not None
        assert found == TASK.stretch(text, distance)
        last = names_in(text, language)[-1:]
        clue = count_from_clue(found, " ".join(last), language) or 0
        if distance > 12:
            assert abs(clue - distance) <= 6
        assert clue >= before
        before = clue
        # What the person wrote is all there, in its order.
        words = iter(tokens_of(found))
        assert all(word in words for word in tokens_of(text) if word not in ",.")
        assert found.endswith(" ".join(text.split()[-3:]))


def test_a_farther_stretch_begins_with_the_nearer_one() -> None:
    near, far = (TASK.stretch("Eu nasci no Brasil, logo eu falo", d) for d in (20, 60))
    assert near is not None
    assert far is not None
    assert far.startswith(near.removesuffix("logo eu falo"))


@pytest.mark.parametrize("text", ["", "___", "oi", "Eu falo", "?!", "   ", "a b c"])
def test_what_has_no_room_for_a_filler_is_not_stretched(text: str) -> None:
    assert TASK.stretch(text, 30) is None


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("um dois três quatro cinco", "Um dois, "),
        ("Pedro gosta de Ana; por isso Pedro", "Pedro gosta de Ana, "),
        ("A ship left. Mary was", "A ship left. "),
        ("x" * 5_000 + " estão lá no", "X" + "x" * 4_999 + ", "),
        (" ," * 5_000 + " a b c d", None),
        ("\n" * 5_000 + "a b c d e", None),
    ],
)
def test_any_sentence_may_be_stretched(text: str, begins: str | None) -> None:
    found = TASK.stretch(text, 20)
    assert found is not None
    assert begins is None or found.startswith(begins)
    assert count_words(found) >= 15


def test_a_sentence_that_is_far_enough_stays_as_it_is() -> None:
    for text in LECTURE:
        assert TASK.stretch(text, 1) == text


def test_every_example_is_answered_and_can_be_stretched() -> None:
    assert TASK.examples[0].value.startswith("Eu cresci na França")
    assert {example.language for example in TASK.examples} == {"pt", "en"}
    for example in TASK.examples:
        assert TASK.stretch(example.value, 60)


def test_three_models_are_shipped() -> None:
    assert SHIPPED == ["cloze-gru", "cloze-lstm", "cloze-rnn"]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_model_is_of_these_sentences_measured_and_small(name: str) -> None:
    model = open_model(name)
    assert model.facts["data"]["sha256"] == TASK.load(None, "train").digest
    assert model.facts["test"]["samples"] == 6_000
    assert model.path.stat().st_size < 2_500_000
    assert model.shape.hidden == 64


@pytest.mark.parametrize("name", GATED)
def test_a_gated_network_remembers_across_every_distance(name: str) -> None:
    """Half of the sentences are of new families: what it does not know there, it knows nowhere."""
    test = open_model(name).facts["test"]
    shares = [share for _, share, _ in test["by_distance"]]
    assert min(shares) >= 0.85, shares
    assert shares[0] - shares[-1] < 0.1, shares
    families = {family: share for family, share, _ in test["by_family"]}
    assert families["known"] > 0.99
    assert families["new"] > 0.85


def test_a_plain_network_falls_behind_and_most_so_from_afar() -> None:
    shares = [share for _, share, _ in open_model("cloze-rnn").facts["test"]["by_distance"]]
    assert max(shares) < 0.9
    assert shares[0] > shares[-1] + 0.1


@pytest.mark.parametrize("name", GATED)
@pytest.mark.parametrize("typed", WAYS)
def test_the_sentences_of_the_lecture_are_answered(name: str, typed: str) -> None:
    found = answer(name, [WAYS[typed](text) for text in LECTURE])
    assert dict(zip(LECTURE, found, strict=True)) == LECTURE


@pytest.mark.parametrize("name", GATED)
def test_the_sentences_of_the_lecture_are_answered_from_afar(name: str) -> None:
    for distance in (20, 40, 60):
        texts = [TASK.stretch(text, distance) or "" for text in LECTURE]
        assert dict(zip(LECTURE, answer(name, texts), strict=True)) == LECTURE, distance


def vary() -> dict[str, str]:
    """Put every country and every name into the lecture's sentences, with fillers in between."""
    found = {}
    for language, template, couple, greeting in (
        (
            "pt",
            "Eu cresci {}, {}, por isso sou fluente em",
            "{a} e {b} estão namorando, o tio de {b} não gosta desse namoro, {filler}, "
            "então {a} terminou com",
            "{a} entrou na cozinha. {b} também. {filler}. {b} disse oi para",
        ),
        (
            "en",
            "I grew up in {}, {}, so I am fluent in",
            "{a} and {b} are dating, {b}'s uncle does not like it, {filler}, so {a} broke up with",
            "{a} walked into the kitchen. {b} did too. {filler}. {b} said hi to",
        ),
    ):
        lexicon = LEXICONS[language]
        phrases, sentences = lexicon.filler_phrases, lexicon.filler_sentences
        for k, clue in enumerate(lexicon.relations[0].clues):
            found[template.format(clue.text, ", ".join(phrases[k : k + 4]))] = clue.answer
        names = lexicon.names
        for k, a in enumerate(names):
            b = names[(k * 7 + 11) % len(names)]
            if a != b:
                filler = ", ".join(phrases[k % 40 : k % 40 + 3])
                found[couple.format(a=a, b=b, filler=filler)] = b
                filler = ". ".join(sentences[k % 40 : k % 40 + 3])
                found[greeting.format(a=a, b=b, filler=filler)] = a
    return found


@pytest.mark.parametrize("name", GATED)
def test_other_countries_names_and_fillers_are_answered(name: str) -> None:
    varied = vary()
    assert len(varied) > 300
    assert not trained_on() & set(reduce_to_words(varied))
    found = answer(name, list(varied))
    wrong = {
        text: guess
        for (text, right), guess in zip(varied.items(), found, strict=True)
        if guess != right
    }
    assert len(wrong) <= 0.03 * len(varied), wrong
