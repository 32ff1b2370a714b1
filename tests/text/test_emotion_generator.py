from __future__ import annotations

import pytest
from gatescope.text.emotion_generator import LANGUAGES, generate_emotions


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_emotion_is_made_as_often(language: str) -> None:
    one, again = (list(generate_emotions(700, 3, language)) for _ in range(2))
    assert one == again
    names = [name for _, name in one]
    assert {names.count(name) for name in names} == {100}
    assert len(set(names)) == 7
    assert not any("{" in text for text, _ in one)
    assert len({text for text, _ in one}) > 350
