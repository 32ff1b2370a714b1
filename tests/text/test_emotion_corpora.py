from __future__ import annotations

from pathlib import Path

from gatescope.text.emotion_corpora import DARK, EMOTIONS, read_brighter, read_goemotions


def test_goemotions_gives_texts_of_one_emotion_without_masks(tmp_path: Path) -> None:
    path = tmp_path / "train.tsv"
    path.write_text("[NAME] is mad\t0\ta\nboth\t0,3\tb\nhm\t4\tc\nwow\t6\td\n")
    found = [(text.strip(), emotion) for text, emotion in read_goemotions(path)]
    assert found == [("is mad", "anger"), ("hm", "neutral"), ("wow", "surprise")]


def test_brighter_gives_texts_of_one_emotion_or_none(tmp_path: Path) -> None:
    path = tmp_path / "train.ptbr.csv"
    path.write_text(
        "id,text,anger,disgust,fear,joy,sadness,surprise\n"
        '1,"medo, sim",0,0,1,0,0,0\n2,dois,1,0,0,0,1,0\n3,nada,0,0,0,0,0,0\n'
    )
    assert list(read_brighter(path)) == [("medo, sim", "fear"), ("nada", "neutral")]


def test_the_dark_emotions_are_four_of_the_seven() -> None:
    assert set(EMOTIONS) > DARK
    assert len(EMOTIONS) == 7
