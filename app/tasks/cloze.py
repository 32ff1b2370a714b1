"""Fill in the blank: the clue is at the start, the question at the end, 2 to 60 words lie between.

The data come from the project's own generator, app/text/cloze_generator.py, over the lexicon in
app/text/data/. One model reads both languages; every answer of either is a class.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any, ClassVar, Literal

from ..contracts import (
    PAD,
    UNKNOWN,
    Encoding,
    Example,
    Integers,
    InvalidInput,
    Samples,
    Text,
    TokenTask,
)
from ..text.cloze_generator import (
    SPLITS,
    Filler,
    count_from_clue,
    count_words,
    detect_language,
    draw_fillers,
    fold,
    join,
    list_answers,
    list_classes,
    list_sentences,
)
from ..text.everyday import read_everyday
from ..text.lexicon import LEXICONS

BOUNDS = (5, 10, 20, 30, 40, 50, 60)  # upper ends of the distances that are graded together
MIN_COUNT = 4  # a word seen more rarely has learned nothing

RECIPE: dict[str, Any] = {
    "vocabulary_size": 6_000,
    "max_length": 120,
    "crop_probability": 0.0,
    "dropout": 0.2,
    "word_dropout": 0.05,
    "ngram_rows": 4_096,
    "validation_size": 2_000,
    "learning_rate": 4e-3,
    "epochs": 36,
}

# A word with its apostrophes but without the English 's, that 's, a mark of punctuation, or one
# symbol beyond (an emoji).
_TOKEN = re.compile(r"['’][sS]\b|[^\W_]+(?:['’](?![sS]\b)[^\W_]+)*|[.,!?;:]|[^\x00-\x7f\w\s]")
_TAG = re.compile(r"<(?:[a-z/!][^<>]{0,200})>", re.IGNORECASE)
_DROPPED = frozenset("’‘“”«»–—…\u200d\ufe0f\ufe0e")
_BLANK = " \t\r\n\u00a0_.…"
# Where the last clause may begin, the best place first: after a mark, at a conjunction, at a verb.
_CLAUSE_STARTS = (
    re.compile(r"[.!?;:,]\s+(?=\w)"),
    re.compile(r"\s(?=(?:e|and|então|so|logo|mas|but)\s+\w+\s+\w)", re.IGNORECASE),
    re.compile(
        r"\s(?=(?:estão|está|são|é|ficam?|foi|vai|are|is|were|was|will|stays?)\s)", re.IGNORECASE
    ),
    re.compile(r"\s(?=\S+\s+\S+\s+\S+$)"),
)


class Cloze(TokenTask):
    """Many-to-one: the sentence ends where the blank is; the class at the last step fills it."""

    title = Text("Long memory: fill in the blank", "Memória longa: preencha a lacuna")
    about = Text(
        "Reads a sentence that stops before its last word, in English or Portuguese. The clue may "
        "be 60 words back: is it still remembered?",
        "Lê uma frase que para antes da última palavra, em português ou inglês. A pista pode estar "
        "60 palavras atrás: a rede ainda se lembra dela?",
    )
    topology = "many-to-one"
    order = 5
    figures: ClassVar[Mapping[str, Text]] = {
        "by_distance": Text("by words in between", "por palavras no meio"),
        "by_language": Text("by language", "por língua"),
        "en": Text("English", "inglês"),
        "pt": Text("Portuguese", "português"),
        "by_family": Text("by wording", "por tipo de frase"),
        "known": Text("families of the training", "famílias do treino"),
        "new": Text("new families", "famílias novas"),
        "negated": Text("another one is named or denied", "outro é citado ou negado"),
        "new_negated": Text("the same in new families", "o mesmo em famílias novas"),
        "people": Text("people", "pessoas"),
        "new_people": Text("people in new families", "pessoas em famílias novas"),
        "kind": Text("the answer is of the right kind", "a resposta é do tipo certo"),
    }
    language = "en, pt"
    everyday = read_everyday("cloze", "en", "pt")
    answer_threshold = 0.5
    classes = list_classes()
    labels: ClassVar[Mapping[str, Text]] = {name: Text(name, name) for name in classes}
    # The RNN's recurrent weights start as PyTorch draws them, so that its gradient vanishes as the
    # textbook says. Its embedding starts as small as the others': with rows of normal(0, 1) the
    # fillers drown the clue, and it learns next to nothing even where the clue is near.
    recipes: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "lstm": RECIPE,
        "gru": RECIPE | {"epochs": 24},
        "rnn": RECIPE
        | {"orthogonal_init": False, "dropout": 0.0, "learning_rate": 3e-3, "epochs": 30},
    }
    examples = (
        Example(
            "france",
            Text("France", "a França"),
            "pt",
            "Eu cresci na França, sou fluente em ___",
            Text(
                "The clue is “França”. Does it last until the blank?",
                "A pista é “França”. Ela chega viva até a lacuna?",
            ),
        ),
        Example(
            "france_twin",
            Text("France, in English", "a França, em inglês"),
            "en",
            "I grew up in France, I am fluent in ___",
            Text(
                "The same model, the other language: another class is right.",
                "O mesmo modelo, outra língua: a resposta certa muda de classe.",
            ),
        ),
        Example(
            "brazil",
            Text("Brazil", "o Brasil"),
            "pt",
            "Eu nasci no Brasil, logo eu falo ___",
            Text(
                "Swap the country: the answer must change with it.",
                "Troque o país: a resposta tem que mudar junto.",
            ),
        ),
        Example(
            "brazil_twin",
            Text("Brazil, in English", "o Brasil, em inglês"),
            "en",
            "I was born in Brazil, so I speak ___",
            Text(
                "Swap the country: the answer must change with it.",
                "Troque o país: a resposta tem que mudar junto.",
            ),
        ),
        Example(
            "china",
            Text("China, farther away", "a China, mais longe"),
            "pt",
            "O tempo que passei na China foi muito legal e tive a oportunidade de aprender a "
            "falar ___",
            Text(
                "Eleven words lie between clue and blank. Which forget gates stay open?",
                "São onze palavras entre a pista e a lacuna. Que portas de esquecimento ficam "
                "abertas?",
            ),
        ),
        Example(
            "china_twin",
            Text("China, farther away, in English", "a China, mais longe, em inglês"),
            "en",
            "The time I spent in China was great and I had the chance to learn to speak ___",
            Text(
                "Stretch the distance: when does the RNN give up?",
                "Aumente a distância: quando a RNN desiste?",
            ),
        ),
        Example(
            "clouds",
            Text("the clouds", "as nuvens"),
            "pt",
            "As nuvens estão lá no ___",
            Text(
                "A short distance: here even the RNN can do it.",
                "A distância é curta: aqui até a RNN consegue.",
            ),
        ),
        Example(
            "clouds_twin",
            Text("the clouds, in English", "as nuvens, em inglês"),
            "en",
            "The clouds are up there in the ___",
            Text(
                "A short distance: here even the RNN can do it.",
                "A distância é curta: aqui até a RNN consegue.",
            ),
        ),
        Example(
            "breakup",
            Text("who is left?", "quem ficou?"),
            "pt",
            "João e Maria estão namorando, a mãe de Maria não gosta desse namoro, então João "
            "terminou com ___",
            Text(
                "Two names are kept; the last “João” decides which one is the answer.",
                "A rede guarda dois nomes; o último “João” decide qual deles é a resposta.",
            ),
        ),
        Example(
            "breakup_twin",
            Text("who is left, in English", "quem ficou, em inglês"),
            "en",
            "John and Mary are dating, Mary's mother does not like it, so John broke up with ___",
            Text(
                "Write “Mary broke up with” at the end: the answer turns round.",
                "Escreva “Mary broke up with” no fim: a resposta se inverte.",
            ),
        ),
        Example(
            "greeting",
            Text("who is greeted?", "para quem foi o oi?"),
            "pt",
            "João entrou na sala. José também. Já é tarde e ambos estão atrasados. João "
            "disse oi para ___",
            Text(
                "João speaks, so the other one is greeted. Swap the names.",
                "Quem fala é João, então o oi é para o outro. Troque os nomes.",
            ),
        ),
        Example(
            "greeting_twin",
            Text("who is greeted, in English", "para quem foi o oi, em inglês"),
            "en",
            "John walked into the room. Joseph did too. It is late and both are late. John "
            "said hi to ___",
            Text(
                "No other place names him: the memory of one word must last.",
                "O nome dele só aparece uma vez: a memória de uma única palavra tem que durar.",
            ),
        ),
    )

    def tokenize(self, text: str) -> list[str]:
        """Give words as typed, ``. , ! ? ; :`` and emoji; tags and the blank at the end go."""
        plain = _TAG.sub(" ", unicodedata.normalize("NFC", text)).rstrip(_BLANK)
        return [token for token in _TOKEN.findall(plain) if token not in _DROPPED]

    def build_vocabulary(self, texts: Sequence[str], size: int) -> list[str]:
        """Take the folded tokens seen often enough, after the rows for padding and the unknown."""
        counts = Counter(fold(token) for text in texts for token in self.tokenize(text))
        ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        kept = [token for token, count in ranked if count >= MIN_COUNT]
        return [PAD, UNKNOWN, *kept[: size - 2]]

    def read(self, text: str, vocabulary: Mapping[str, int]) -> Encoding:
        tokens = self.tokenize(text)
        if not tokens:
            raise InvalidInput("nothing_to_read", "input.text")
        unknown = vocabulary[UNKNOWN]
        ids = [vocabulary.get(fold(token), unknown) for token in tokens]
        return Encoding(tuple(tokens), tuple(ids), tuple(i != unknown for i in ids))

    def load(self, folder: Path | None, split: Literal["train", "test"]) -> Samples:
        """Make the data; no folder is read. The digest is that of the text of both splits."""
        digest = hashlib.sha256()
        for each in SPLITS:
            for sentence in list_sentences(each):
                digest.update(f"{sentence.text}\t{sentence.answer}\n".encode())
        index = {name: k for k, name in enumerate(self.classes)}
        sentences = list_sentences(split)
        return Samples(
            [sentence.text for sentence in sentences],
            [index[sentence.answer] for sentence in sentences],
            digest.hexdigest(),
            {
                "distance": [sentence.distance for sentence in sentences],
                "language": [sentence.language for sentence in sentences],
                "relation": [sentence.relation for sentence in sentences],
                "family": [sentence.family for sentence in sentences],
            },
        )

    def grade(
        self,
        samples: Samples,
        predicted: Sequence[Integers],
        learned: Samples | None = None,
    ) -> Mapping[str, Any]:
        """Give accuracy and count by distance (up to a bound), by language, relation and family.

        ``kind`` is the share of answers in new families that are of the kind that the blank asks
        for (a language, an animal, a person, ...), right or wrong, and their count.
        """
        guesses = [int(classes[-1]) for classes in predicted]
        hits = [guess == target for guess, target in zip(guesses, samples.targets, strict=True)]
        figures = {}
        for name, values in samples.groups.items():
            hits_by_value: dict[Any, list[bool]] = defaultdict(list)
            for value, hit in zip(values, hits, strict=True):
                hits_by_value[_find_bound(value) if name == "distance" else value].append(hit)
            figures[f"by_{name}"] = [
                [value, round(sum(own) / len(own), 4), len(own)]
                for value, own in sorted(hits_by_value.items())
            ]
        groups = samples.groups
        fitting = [
            self.classes[guess] in list_answers(language, relation)
            for guess, language, relation, family in zip(
                guesses, groups["language"], groups["relation"], groups["family"], strict=True
            )
            if family.startswith("new")
        ]
        share = round(sum(fitting) / len(fitting), 4) if fitting else 0.0
        figures["kind"] = [["new", share, len(fitting)]]
        return figures

    def stretch(self, text: str, distance: int) -> str | None:
        """Put fillers before the last clause, in the sentence's language.

        The clue is the last word of the lexicon's clues that stands before that clause and not in
        it; where there is none, it is the last word before the clause.
        """
        split = _split_clause(text)
        if split is None:
            return None
        before, stop, after = split
        language = detect_language(before + stop + after)
        need = distance - count_words(after) - (count_from_clue(before, after, language) or 0)
        lexicon = LEXICONS[language]
        after_stop = stop in ".!?"
        source = Random(zlib.crc32(fold(before + after).encode()))  # noqa: S311 - the same each time
        pool = lexicon.filler_sentences if after_stop else lexicon.filler_phrases
        fillers = [Filler(filler, after_stop) for filler in draw_fillers(source, pool, need)]
        if not fillers:
            return unicodedata.normalize("NFC", text).rstrip(_BLANK)
        return join(before + (stop if after_stop else ""), fillers, after)

    def measure_distance(self, text: str) -> int | None:
        split = _split_clause(text)
        if split is None:
            return None
        before, stop, after = split
        behind = count_from_clue(before, after, detect_language(before + stop + after))
        return None if behind is None else behind + count_words(after)


def _split_clause(text: str) -> tuple[str, str, str] | None:
    """Split a text at its last clause: what stands before, the mark between them, the clause."""
    text = unicodedata.normalize("NFC", text).rstrip(_BLANK)
    starts = (list(pattern.finditer(text)) for pattern in _CLAUSE_STARTS)
    start = next((matches[-1] for matches in starts if matches), None)
    if start is None or not text[: start.start()].strip():
        return None
    return text[: start.start()], start[0][0], text[start.end() :]


def _find_bound(distance: int) -> int:
    return next((bound for bound in BOUNDS if distance <= bound), BOUNDS[-1])


TASK = Cloze()
