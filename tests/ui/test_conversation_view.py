# SPDX-License-Identifier: GPL-3.0-or-later
"""Captions: whose words appear when, what changes, and what goes away again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.domain.conversation import TurnId
from desktop_app.domain.events import (
    ConversationResumed,
    Event,
    Notice,
    TurnStarted,
    UserSpeechEnded,
    UserSpeechStarted,
    UtteranceDismissed,
)
from desktop_app.domain.memory import KeptMessage
from desktop_app.ui.conversation_view import KEPT_BUBBLES, ConversationView
from desktop_app.ui.theme import DARK, LIGHT, palette_of
from tests.ui.conversations import completed, failed, hears, interrupted, says, spoken, understood

WHEN = datetime(2026, 11, 20, 21, 4, tzinfo=UTC)
GOOD_NIGHT = KeptMessage("person", "Good night.", WHEN, id=1)
CUT_SHORT = KeptMessage("companion", "Good night. Sleep", WHEN, interrupted=True, id=2)


@pytest.fixture
def view(qtbot: QtBot) -> ConversationView:
    view = ConversationView()
    view.set_companion("Ember")
    view.resize(420, 500)
    qtbot.addWidget(view)
    view.show()
    qtbot.waitExposed(view)
    return view


def play(view: ConversationView, *happened: Event) -> list[str]:
    """What is read afterwards, one string a bubble."""
    for event in happened:
        view.on_event(event)
    return [bubble.text for bubble in view.bubbles]


def test_words_appear_while_they_are_said_and_become_final(view: ConversationView) -> None:
    assert play(view, UserSpeechStarted()) == ["…"]
    assert play(view, hears("", "what is")) == ["what is"]
    assert play(view, hears("What is the", "time in")) == ["What is the time in"]
    assert play(view, UserSpeechEnded(2.0), hears("What is the time in", "parish")) == ["What is the time in parish"]
    assert play(view, *understood(1, "What is the time in Paris?")) == ["What is the time in Paris?"]


def test_sentences_of_a_turn_gather_in_one_bubble(view: ConversationView) -> None:
    play(view, *spoken(1, "Hello."), says(1, "Good evening."))
    assert play(view, says(1, "How was your day?")) == ["Hello.", "Good evening. How was your day?"]
    assert play(view, completed(1), *spoken(2, "Fine."), says(2, "Good.")) == [
        "Hello.",
        "Good evening. How was your day?",
        "Fine.",
        "Good.",
    ]


def test_what_was_said_last_time_stands_above_and_is_told_apart(view: ConversationView) -> None:
    assert play(view, UserSpeechStarted(), hears("hello")) == ["hello"]  # before the store has been read
    resumed = ConversationResumed("ember", (GOOD_NIGHT, CUT_SHORT))
    assert play(view, resumed) == ["Good night.", "Good night. Sleep –", "hello"]
    (until,) = view.dividers
    assert until.startswith("until ")
    assert "2026" in until
    assert play(view, resumed) == ["Good night.", "Good night. Sleep –", "hello"]  # its look was saved: nobody new
    assert view.bubbles[0].accessibleName() == "You: Good night."
    assert view.bubbles[1].accessibleName().startswith("Ember: ")


def test_another_companion_begins_below_a_line_with_its_name(view: ConversationView) -> None:
    play(view, ConversationResumed("ember", ()), *spoken(1, "Hello."), says(1, "Hi."), completed(1))
    assert not view.dividers
    view.set_companion("Lou")
    assert play(view, ConversationResumed("lou", (GOOD_NIGHT,))) == ["Hello.", "Hi.", "Good night."]
    assert [words.split()[0] for words in view.dividers] == ["Lou", "until"]


def test_lines_go_with_what_they_divided(view: ConversationView) -> None:
    play(view, ConversationResumed("ember", (GOOD_NIGHT,)))
    for turn in range(KEPT_BUBBLES):
        play(view, *understood(turn, f"words {turn}"))
    assert not view.dividers


def test_a_greeting_needs_no_words_of_the_person(view: ConversationView) -> None:
    assert play(view, TurnStarted(TurnId(1)), says(1, "Welcome back."), completed(1)) == ["Welcome back."]


def test_noise_leaves_nothing_behind(view: ConversationView) -> None:
    play(view, UserSpeechStarted(), UserSpeechEnded(0.4))
    assert play(view, UtteranceDismissed()) == []


def test_being_muted_in_mid_speech_takes_the_words_away(view: ConversationView) -> None:
    play(view, UserSpeechStarted(), hears("I was", "going"))
    assert play(view, UtteranceDismissed()) == []


def test_speaking_on_before_the_words_came_stays_one_bubble(view: ConversationView) -> None:
    play(view, UserSpeechStarted(), UserSpeechEnded(1.0), UserSpeechStarted(), UserSpeechEnded(1.0))
    assert play(view, *understood(1, "One thing, and another.")) == ["One thing, and another."]


def test_typed_words_go_before_those_being_said(view: ConversationView) -> None:
    play(view, UserSpeechStarted(), hears("And", "then"))
    assert play(view, *understood(1, "typed")) == ["typed", "And then"]


def test_only_what_was_heard_stays_of_an_interrupted_answer(view: ConversationView) -> None:
    play(view, *spoken(1, "Tell me a story."), says(1, "Once upon a time"), says(1, "there lived a fox."))
    assert play(view, interrupted(1, "Once upon a time there")) == ["Tell me a story.", "Once upon a time there –"]
    assert view.bubbles[-1].note == "stopped here"
    assert view.bubbles[0].note == ""


def test_an_answer_that_nobody_heard_disappears(view: ConversationView) -> None:
    play(view, *spoken(1, "Go on."), says(1, "Well"))
    assert play(view, failed(1, Notice("mind.lost", "It fell silent."))) == ["Go on."]


def test_dots_show_while_it_thinks_and_only_then(view: ConversationView) -> None:
    def dots_after(*happened: Event) -> bool:
        play(view, *happened)
        return view.is_thinking_shown

    assert dots_after(*spoken(1, "Hello."))
    assert not dots_after(says(1, "Hi."))
    assert not dots_after(completed(1), UserSpeechStarted(), UserSpeechEnded(1.0))
    assert dots_after(*understood(2, "Bye."))
    assert not dots_after(interrupted(2, ""))


def test_words_are_shown_as_they_are_never_as_html(view: ConversationView) -> None:
    play(view, *spoken(1, "<b>bold</b> & <img src=x>"))
    label = view.bubbles[0].findChild(type(view.bubbles[0]._label))
    assert label is not None
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; &lt;img" in label.text()


def test_words_change_their_color_with_the_theme(view: ConversationView) -> None:
    view.setPalette(palette_of(LIGHT))
    play(view, *spoken(1, "Hello."))
    assert LIGHT.text in view.bubbles[0]._label.text()
    view.setPalette(palette_of(DARK))
    assert DARK.text in view.bubbles[0]._label.text()


def test_each_bubble_tells_a_screen_reader_who_speaks(view: ConversationView) -> None:
    play(view, *spoken(1, "Hello."), says(1, "Hi."))
    assert [bubble.accessibleName() for bubble in view.bubbles] == ["You: Hello.", "Ember: Hi."]


def test_bubbles_are_never_wider_than_the_pane(view: ConversationView, qtbot: QtBot) -> None:
    play(view, *spoken(1, "word " * 200), says(1, "yes"))
    view.resize(300, 400)
    qtbot.waitUntil(lambda: view.viewport().width() <= 300)
    assert all(bubble._label.width() < view.viewport().width() - 32 for bubble in view.bubbles)
    assert view.horizontalScrollBar().maximum() == 0


def test_the_pane_follows_until_the_person_scrolls_up(view: ConversationView, qtbot: QtBot) -> None:
    bar = view.verticalScrollBar()
    for turn in range(1, 25):
        play(view, *spoken(turn, f"Question {turn}?"), says(turn, f"Answer {turn}."), completed(turn))
    qtbot.waitUntil(lambda: bar.maximum() > 400 and bar.value() == bar.maximum())
    bar.setValue(50)
    play(view, *spoken(25, "And now?"), says(25, "Now too."))
    qtbot.wait(30)
    assert bar.value() == 50
    view.go_to_latest()
    play(view, says(25, "More."), completed(25), *spoken(26, "Well."))
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())


def test_a_long_evening_keeps_the_last_bubbles_only(view: ConversationView) -> None:
    for turn in range(1, KEPT_BUBBLES):
        play(view, *spoken(turn, f"Question {turn}?"), says(turn, f"Answer {turn}."), completed(turn))
    assert len(view.bubbles) == KEPT_BUBBLES
    assert view.bubbles[-1].text == f"Answer {KEPT_BUBBLES - 1}."
