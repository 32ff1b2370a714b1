"""A text: a sentence that is typed, or a whole one that is pasted."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from ..contracts import InputKind, InvalidInput, Text
from ..limits import LIMITS, Strict


class TextInput(Strict):
    """A sentence or a whole text."""

    text: str = Field(description="a sentence or a whole text", examples=["A great film!"])


class TextKind(InputKind):
    """Its value is the text itself."""

    title = Text("text", "texto")
    request = TextInput

    def take(self, request: TextInput) -> str:
        text = request.text
        if len(text) > LIMITS.characters:
            raise InvalidInput(
                "text_too_long", "input.text", count=len(text), limit=LIMITS.characters
            )
        if not text.strip():
            raise InvalidInput("text_empty", "input.text")
        for place, letter in enumerate(text):
            control = ord(letter) < 32 and letter not in "\t\n\r"
            if control or 0xD800 <= ord(letter) <= 0xDFFF:
                raise InvalidInput(
                    "text_control", "input.text", letter=f"U+{ord(letter):04X}", place=place
                )
        return text

    def give(self, value: str) -> dict[str, Any]:
        return {"text": value}


INPUT = TextKind()
