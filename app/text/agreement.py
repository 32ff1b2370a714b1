"""Portuguese adjectives, nouns and regular verbs in the form that agrees with their noun."""

from __future__ import annotations

_PLURALS = (("ão", "ões"), ("vel", "veis"), ("el", "éis"), ("al", "ais"), ("il", "eis"))
_THIRD_PERSON = {"a": ("a", "ou"), "e": ("e", "eu"), "i": ("e", "iu")}  # by the infinitive's vowel
_IRREGULAR = {
    "é": "são",
    "está": "estão",
    "foi": "foram",
    "fez": "fizeram",
    "vai": "vão",
    "tem": "têm",
}


def agree(adjective: str, feminine: bool, plural: bool) -> str:
    """Give an adjective's form; ``_`` stands for a space, ``a/b`` gives both genders.

    Of several words only "mal" and "bem" with a participle agree ("mal feita"): "de qualidade" and
    "nota dez" stay as they are.
    """
    own, _, other = adjective.partition("/")
    changes = "_" not in own or own.startswith(("mal", "bem", "super", "muito"))
    if feminine and other:
        own = other
    elif feminine and own.endswith("o") and changes:
        own = own[:-1] + "a"
    return (pluralise(own) if plural and changes else own).replace("_", " ")


def pluralise(word: str) -> str:
    """Give the plural of a noun or adjective that is regular."""
    for end, ends in _PLURALS:
        if word.endswith(end):
            return word.removesuffix(end) + ends
    if word.endswith("m"):
        return word[:-1] + "ns"
    if word.endswith("ês"):
        return word[:-2] + "eses"
    return word if word.endswith(("s", "x")) else word + ("es" if word[-1] in "rz" else "s")


def pluralise_verb(verb: str) -> str:
    """Give the third person plural of a verb from its third person singular ("deixa", "deixou")."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    for end, ends in (("ou", "aram"), ("eu", "eram"), ("iu", "iram")):
        if verb.endswith(end):
            return verb.removesuffix(end) + ends
    return verb + "m"


def conjugate(infinitive: str) -> dict[str, str]:
    """Give a regular verb's infinitive, gerund and third person; those in -ear are one kind."""
    stem, vowel = infinitive[:-2], infinitive[-2]
    third, third_past = (stem + end for end in _THIRD_PERSON[vowel])
    if infinitive.endswith("ear"):  # chatear: chateia
        third = f"{stem}ia"
    return {
        "base": infinitive,
        "gerund": infinitive[:-1] + "ndo",
        "third": third,
        "third_past": third_past,
    }
