# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings file: layers, exact complaints, and a file that keeps what its owner wrote."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.domain.errors import SettingsError
from desktop_app.domain.settings import BargeIn, Settings, Theme
from desktop_app.storage.settings_store import ENVIRONMENT_PREFIX, TomlSettingsStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_without_a_file_the_defaults_hold(path: Path) -> None:
    assert TomlSettingsStore(path).load() == Settings()


def test_the_file_wins_over_defaults_variables_over_the_file_and_options_over_all(path: Path) -> None:
    path.write_text('chat_model = "file"\nwhisper = "file"\nvoice = "file"\n')
    environ = {"FIRESIDE_WHISPER": "variable", "FIRESIDE_VOICE": "variable", "HOME": "/"}
    loaded = TomlSettingsStore(path, environ, {"voice": "option", "chat_model": None}).load()
    assert (loaded.chat_model, loaded.whisper, loaded.voice) == ("file", "variable", "option")
    assert loaded.microphone == ""


def test_every_setting_can_be_given_as_a_variable(path: Path) -> None:
    given_values = {
        "companion": "iris", "microphone": "usb", "loudspeaker": "hdmi", "ollama_url": "http://10.0.0.2:11434",
        "chat_model": "m", "whisper": "base", "voice": "v", "barge_in": "open", "greet": "false", "theme": "dark",
        "whisper_window": "full", "low_power": "true",
        "context_tokens": "8192",
    }  # fmt: skip
    known = {field.name for field in fields(Settings)} & given_values.keys()
    loaded = TomlSettingsStore(path, {ENVIRONMENT_PREFIX + name.upper(): given_values[name] for name in known}).load()
    assert {name: str(getattr(loaded, name)).lower() for name in known} == {name: given_values[name] for name in known}
    assert (loaded.barge_in, loaded.theme, loaded.greet) == (BargeIn.OPEN, Theme.DARK, False)


def test_an_empty_variable_counts_as_not_set(path: Path) -> None:
    path.write_text('voice = "file"\n')
    assert TomlSettingsStore(path, {"FIRESIDE_VOICE": ""}).load().voice == "file"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("voice = \n", "settings.toml, line 1: this is not TOML."),
        ("# mine\n\nvoice = 3\n", "settings.toml, line 3: voice must be a text in quotes."),
        (
            'greet = true\nbarge_in = "loud"\n',
            'settings.toml, line 2: barge_in must be one of "half-duplex", "open", "push-to-talk".',
        ),
        ("greet = 7\n", "settings.toml, line 1: greet must be true or false."),
        ("low_power = 7\n", "settings.toml, line 1: low_power must be true or false."),
        ('whisper_window = "half"\n', 'settings.toml, line 1: whisper_window must be one of "auto", "full".'),
        (
            "context_tokens = 100\n",
            "settings.toml, line 1: context_tokens must be a whole number from 2048 to 1048576.",
        ),
        ('context_tokens = "many"\n', "settings.toml, line 1: context_tokens must be a whole number."),
        (
            'ollama_url = "localhost"\n',
            "settings.toml, line 1: ollama_url must be a web address such as http://127.0.0.1:11434.",
        ),
        (
            'ollama_url = "http://[::1"\n',
            "settings.toml, line 1: ollama_url must be a web address such as http://127.0.0.1:11434.",
        ),
        ("voice = 1\nvoice = 2\n", "settings.toml, line 2: this is not TOML."),
    ],
)
def test_a_mistake_is_named_with_its_line(path: Path, text: str, sentence: str) -> None:
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        TomlSettingsStore(path).load()
    assert caught.value.sentence == sentence
    assert caught.value.hint
    assert path.read_text() == text


def test_a_mistake_in_a_variable_or_an_option_is_named_too(path: Path) -> None:
    with pytest.raises(SettingsError, match="FIRESIDE_GREET must be true or false") as caught:
        TomlSettingsStore(path, {"FIRESIDE_GREET": "perhaps"}).load()
    assert "defaults" not in caught.value.hint  # they do not hold: nothing starts before it is corrected
    with pytest.raises(SettingsError, match="--barge-in must be one of"):
        TomlSettingsStore(path, {}, {"barge_in": "never"}).load()


def test_with_a_broken_file_there_is_still_something_to_start_with(path: Path) -> None:
    path.write_text("voice = [\n")
    assert TomlSettingsStore(path, {"FIRESIDE_WHISPER": "base"}).load_without_file() == Settings(whisper="base")


def test_what_is_saved_is_loaded_again(path: Path) -> None:
    wanted = Settings(companion="iris", barge_in=BargeIn.OPEN, greet=False, theme=Theme.LIGHT, context_tokens=8192)
    TomlSettingsStore(path).save(wanted)
    assert TomlSettingsStore(path).load() == wanted


def test_only_what_differs_from_the_defaults_is_written(path: Path) -> None:
    TomlSettingsStore(path).save(Settings())
    assert not path.exists()
    TomlSettingsStore(path).save(Settings(voice="mine"))
    assert path.read_text() == 'voice = "mine"\n'


def test_comments_order_and_unknown_keys_stay(path: Path) -> None:
    path.write_text('# my settings\nfuture_setting = 3\nvoice = "old"  # deep\n\n[other]\nvoice = "not ours"\n')
    TomlSettingsStore(path).save(Settings(voice="new", greet=False))
    text = path.read_text()
    assert text.startswith('# my settings\nfuture_setting = 3\nvoice = "new"  # deep\n')
    assert 'voice = "not ours"' in text
    assert TomlSettingsStore(path).load() == Settings(voice="new", greet=False)


def test_a_value_set_back_to_its_default_is_really_set_back(path: Path) -> None:
    path.write_text('voice = "mine"\n')
    TomlSettingsStore(path).save(Settings())
    assert TomlSettingsStore(path).load() == Settings()


def test_what_only_a_variable_or_an_option_said_stays_out_of_the_file(path: Path) -> None:
    path.write_text('voice = "file"\n')
    store = TomlSettingsStore(path, {"FIRESIDE_CHAT_MODEL": "variable"}, {"voice": "option"})
    store.save(replace(store.load(), greet=False))
    assert path.read_text() == 'voice = "file"\ngreet = false\n'


def test_what_was_changed_against_a_variable_is_written_all_the_same(path: Path) -> None:
    store = TomlSettingsStore(path, {"FIRESIDE_CHAT_MODEL": "variable"})
    store.save(replace(store.load(), chat_model="chosen"))
    assert TomlSettingsStore(path).load().chat_model == "chosen"


@pytest.mark.parametrize("broken", ["voice = [\n# mine\n", '# mine\nbarge_in = "loud"\nvoice = "v"\n'])
def test_a_broken_file_is_never_overwritten_without_a_copy(path: Path, broken: str) -> None:
    path.write_text(broken)
    TomlSettingsStore(path).save(Settings(greet=False))
    (copy,) = path.parent.glob("settings.broken-*.toml")
    assert copy.read_text() == broken
    assert TomlSettingsStore(path).load().greet is False


def test_a_value_that_makes_no_sense_is_not_saved(path: Path) -> None:
    with pytest.raises(SettingsError):
        TomlSettingsStore(path).save(Settings(context_tokens=1))
    assert not path.exists()


def test_an_option_that_does_not_exist_is_our_mistake(path: Path) -> None:
    with pytest.raises(ValueError, match="speed"):
        TomlSettingsStore(path, {}, {"speed": 3})


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(max_examples=80, deadline=None)
@given(
    st.builds(
        Settings,
        companion=TEXTS, microphone=TEXTS, loudspeaker=TEXTS, chat_model=TEXTS, whisper=TEXTS, voice=TEXTS,
        barge_in=st.sampled_from(BargeIn), greet=st.booleans(), theme=st.sampled_from(Theme),
        context_tokens=st.integers(2048, 100_000),
    ),
    TEXTS,
)  # fmt: skip
def test_any_settings_survive_being_written_over_any_comment(
    tmp_path_factory: pytest.TempPathFactory, wanted: Settings, comment: str
) -> None:
    path = tmp_path_factory.mktemp("profile") / "settings.toml"
    path.write_text("# " + "".join(filter(str.isprintable, comment)) + '\nvoice = "before"\n', encoding="utf-8")
    TomlSettingsStore(path).save(wanted)
    assert TomlSettingsStore(path).load() == wanted
