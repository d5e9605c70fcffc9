# SPDX-License-Identifier: GPL-3.0-or-later
"""Companions as readable files: those that came along, and the profile's own, which win."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.domain.errors import PersonaError
from desktop_app.domain.persona import Persona
from desktop_app.mind.prompt import persona_fits
from desktop_app.storage.persona_library import TomlPersonaLibrary

ASSETS = Path(__file__).resolve().parents[3] / "assets"
COMPANIONS = ASSETS / "companions"
EMBER = Persona("ember", "Ember", "en", "Warm.\nCurious.", "Plain.", "Hello.", "starter-en-1", "mira")


@pytest.fixture
def library(tmp_path: Path) -> TomlPersonaLibrary:
    builtin = TomlPersonaLibrary(tmp_path / "none", tmp_path / "builtin")
    builtin.save(EMBER)
    builtin.save(replace(EMBER, id="iris", name="Iris"))
    return TomlPersonaLibrary(tmp_path / "builtin", tmp_path / "profile")


def write(tmp_path: Path, text: str, persona_id: str = "mine") -> None:
    folder = tmp_path / "profile" / persona_id
    folder.mkdir(parents=True)
    (folder / "persona.toml").write_text(text, encoding="utf-8")


def test_what_came_along_is_found(library: TomlPersonaLibrary) -> None:
    assert list(library.ids()) == ["ember", "iris"]
    assert library.load("ember") == EMBER


def test_a_changed_companion_is_kept_in_the_profile_and_wins(library: TomlPersonaLibrary, tmp_path: Path) -> None:
    library.save(replace(EMBER, greeting="Good evening."))
    assert library.load("ember").greeting == "Good evening."
    assert list(library.ids()) == ["ember", "iris"]
    unchanged = TomlPersonaLibrary(tmp_path / "builtin", tmp_path / "elsewhere")
    assert unchanged.load("ember") == EMBER


def test_a_new_companion_joins_the_others(library: TomlPersonaLibrary) -> None:
    library.save(Persona("night-owl", "Night Owl"))
    assert list(library.ids()) == ["ember", "iris", "night-owl"]


def test_the_file_is_pleasant_to_read(library: TomlPersonaLibrary, tmp_path: Path) -> None:
    library.save(replace(EMBER, character='Says "hello".\nLikes rain.'))
    text = (tmp_path / "profile" / "ember" / "persona.toml").read_text()
    assert 'name = "Ember"\n' in text
    assert 'character = """\nSays "hello".\nLikes rain.\n"""\n' in text


def test_comments_and_unknown_keys_stay(library: TomlPersonaLibrary, tmp_path: Path) -> None:
    write(tmp_path, '# my own\nname = "Kit"  # short\nfuture = 1\n')
    library.save(replace(library.load("mine"), greeting="Hi."))
    text = (tmp_path / "profile" / "mine" / "persona.toml").read_text()
    assert text.startswith('# my own\nname = "Kit"  # short\nfuture = 1\n')
    assert library.load("mine") == Persona("mine", "Kit", greeting="Hi.")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name = Kit\n", "persona.toml of 'mine', line 1: this is not TOML."),
        ('language = "en"\n', "persona.toml of 'mine': name is missing."),
        ('name = "  "\n', "persona.toml of 'mine': name must not be empty."),
        ('name = "Kit"\nvoice = 3\n', "persona.toml of 'mine', line 2: voice must be a text in quotes."),
        (
            'name = "Kit"\nlanguage = "english"\n',
            'persona.toml of \'mine\': language must be a two-letter code such as "en" or "fr".',
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(
    library: TomlPersonaLibrary, tmp_path: Path, text: str, sentence: str
) -> None:
    write(tmp_path, text)
    with pytest.raises(PersonaError) as caught:
        library.load("mine")
    assert caught.value.sentence == sentence
    assert caught.value.hint


def test_a_broken_file_is_not_overwritten(library: TomlPersonaLibrary, tmp_path: Path) -> None:
    write(tmp_path, "name = Kit\n")
    with pytest.raises(PersonaError):
        library.save(Persona("mine", "Kit"))
    assert (tmp_path / "profile" / "mine" / "persona.toml").read_text() == "name = Kit\n"


def test_a_missing_companion_says_which_there_are(library: TomlPersonaLibrary) -> None:
    with pytest.raises(PersonaError) as caught:
        library.load("nobody")
    assert caught.value.code == "persona.missing"
    assert "ember, iris" in caught.value.hint


@pytest.mark.parametrize("persona_id", ["", "Ember", "../ember", "a/b", "a--b", "-a", "a_b", "é", "a" * 65, "ember\n"])
def test_an_id_is_a_plain_folder_name(library: TomlPersonaLibrary, persona_id: str) -> None:
    with pytest.raises(PersonaError):
        library.load(persona_id)
    with pytest.raises(PersonaError):
        library.save(replace(EMBER, id=persona_id))


def test_folders_that_are_no_companions_are_left_out(library: TomlPersonaLibrary, tmp_path: Path) -> None:
    write(tmp_path, 'name = "Kit"\n', "Not An Id")
    (tmp_path / "profile" / "empty").mkdir()
    assert list(library.ids()) == ["ember", "iris"]


def test_the_twelve_that_come_with_fireside_are_complete_in_english_and_french() -> None:
    library = TomlPersonaLibrary(COMPANIONS, COMPANIONS / "none")
    personas = [library.load(persona_id) for persona_id in library.ids()]
    assert "ember" in library.ids()
    assert {persona.avatar for persona in personas} == {
        path.stem for path in (ASSETS / "avatars" / "presets").glob("*.json")
    }, "each look has its companion"
    assert len(personas) == 12
    written = {persona.id: library.drafts(persona.id) for persona in personas}
    for persona in personas:
        drafts = written[persona.id]
        assert persona in drafts
        assert sorted(draft.language for draft in drafts) == ["en", "fr"]
        assert {(draft.name, draft.avatar, draft.voice[-1]) for draft in drafts} == {
            (persona.name, persona.avatar, persona.voice[-1])
        }
    for persona in (draft for drafts in written.values() for draft in drafts):
        assert persona.character and persona.speaking_style and persona.greeting
        assert re.fullmatch(rf"starter-{persona.language}-[12]", persona.voice)
        assert (ASSETS / "avatars" / "presets" / f"{persona.avatar}.json").is_file()
        assert persona_fits(persona, 2048)


LINES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=200)


@settings(max_examples=100, deadline=None)
@given(LINES, LINES, LINES.filter(str.strip))
def test_any_text_survives_being_written(
    tmp_path_factory: pytest.TempPathFactory, character: str, greeting: str, name: str
) -> None:
    library = TomlPersonaLibrary(COMPANIONS, tmp_path_factory.mktemp("profile"))
    persona = Persona("mine", name.strip(), "en", character.strip(), "", greeting.strip())
    library.save(persona)
    assert library.load("mine") == persona
    library.save(replace(persona, character=greeting.strip()))
    assert library.load("mine").character == greeting.strip()
