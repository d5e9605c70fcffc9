# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings a face to life: the conversation's events and the clock in, one pose out, the same for the same seed."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from enum import Enum, auto

from desktop_app.avatar.drivers import Blinking, Breathing, Gaze, Lips
from desktop_app.avatar.gestures import GOODBYE, GREETING, HEAD_MOTION, NESTLE, NOD, Gesture, Gestures, gesture_in
from desktop_app.avatar.mixer import Mixer
from desktop_app.avatar.pose import LISTENING, RESTING, Pose
from desktop_app.avatar.senses import Pauses
from desktop_app.avatar.springs import Spring, approach
from desktop_app.domain import events
from desktop_app.domain.audio import Viseme
from desktop_app.domain.conversation import Expression
from desktop_app.domain.events import Event

_LEAD_SECONDS = 0.0
"""How much the lips run ahead of the sound; their own lead is in the co-articulation."""

_AFTERGLOW_SECONDS = 1.2
"""How long an expression stays after its sentence before it fades."""
_EXPRESSION_FADE_PER_SECOND = 0.55
_CROSSFADE_PER_SECOND = 6.0
_LONGEST_STEP_SECONDS = 0.5
"""After a longer pause (the window was hidden) the face goes on from where it was."""


class Attention(Enum):
    """What the companion is doing, as a face shows it."""

    IDLE = auto()
    LISTENING = auto()
    THINKING = auto()
    SPEAKING = auto()
    RESTING = auto()


@dataclass(slots=True)
class _Sentence:
    lips: Lips
    expression: Expression
    starts_at: float
    ends_at: float
    cut_at: float = math.inf


class Animator:
    """The caller owns the clock: any seconds that grow will do, if SentenceStarted counts on the same ones."""

    def __init__(self, seed: int = 1) -> None:
        self.reduced_motion = False
        """No sway, hardly any head motion; lips, lids and slow changes of expression stay."""

        self._chance = random.Random(seed)
        self._blinking = Blinking(self._chance)
        self._gaze = Gaze(self._chance)
        self._breathing = Breathing()
        self._inhaled = 0.0
        self._gestures = Gestures()
        self._pauses = Pauses()
        self._head = {"yaw": Spring(0.9, 0.8), "pitch": Spring(0.9, 0.8), "roll": Spring(0.7, 0.85)}
        self._hair = Spring(1.5, 0.28)
        self._phase = self._chance.uniform(0, 60)
        self._now: float | None = None
        self._head_x = 0.0
        self._pointer = (0.0, 0.0)
        self._attention = Attention.IDLE
        self._attention_weights = dict.fromkeys(Attention, 0.0)
        self._muted = False
        self._sentences: list[_Sentence] = []
        self._cut = False
        self._mood: tuple[Expression, float] = (Expression.NEUTRAL, 1.0)
        self._mood_until = -math.inf
        self._mood_weights = dict.fromkeys(Expression, 0.0)
        self._startle = Spring(2.2, 0.55)
        self._startled = False
        self._hold_mood_seconds = 0.0

    # --- what happens --------------------------------------------------------------------------------------------

    def on_event(self, event: Event) -> None:
        """Takes note of what happened in the conversation; events that do not concern a face pass by."""
        match event:
            case events.EngineStarted():
                self.feel(Expression.HAPPY, 0.7, hold_seconds=2.5)
                self._begin(GREETING)
            case events.LevelChanged(speech_probability=probability):
                if self._attention is Attention.LISTENING and self._pauses.hear(probability, self._now or 0.0):
                    self._begin(NOD)
            case events.UserSpeechStarted():
                if self._attention is Attention.SPEAKING:
                    self._startled = True
                self._attention = Attention.LISTENING
            case events.UserSpeechEnded() | events.TurnStarted():
                self._attention = Attention.THINKING
            case events.SentenceStarted():
                self._speak(event)
            case events.UtteranceDismissed() | events.TurnCompleted():
                self._attention = Attention.IDLE
            case events.TurnInterrupted():
                self._cut = True
                self._attention = Attention.LISTENING if self._startled else Attention.IDLE
            case events.TurnFailed():
                self._cut = True
                self._attention = Attention.IDLE
                self.feel(Expression.CONCERNED, 0.8, hold_seconds=2.5)
            case events.MuteChanged(muted=muted):
                self._muted = muted
            case events.EngineStopped():
                self._begin(GOODBYE)
                self._muted = True
                self._attention = Attention.IDLE
            case _:
                pass

    def feel(self, expression: Expression, intensity: float = 1.0, hold_seconds: float = 3.0) -> None:
        """Shows an expression for a while; it fades by itself."""
        self._mood = (expression, intensity)
        self._mood_until = math.nan  # counts from the next pose
        self._hold_mood_seconds = hold_seconds

    def touched(self) -> None:
        """Somebody tapped the face: a blink and a smile."""
        if self._now is not None:
            self._blinking.blink_soon(self._now)
        if not self._sentences:
            self.feel(Expression.AFFECTIONATE, 0.7, hold_seconds=1.5)

    def stroked(self) -> None:
        """Somebody strokes the face or the hair."""
        self._begin(NESTLE)
        if not self._sentences:
            self.feel(Expression.AFFECTIONATE, 0.8, hold_seconds=2.5)

    def _begin(self, gesture: Gesture) -> None:
        self._gestures.begin(gesture, self._now or 0.0)

    def look_at(self, x: float, y: float) -> None:
        """Where to look: −1…1, +x to the viewer's right, +y down; 0, 0 is the viewer."""
        self._pointer = (max(-1.0, min(1.0, x)), max(-1.0, min(1.0, y)))

    @property
    def is_lively(self) -> bool:
        """Whether something moves fast enough to need every frame (speech, or the eyes following the pointer)."""
        return (
            bool(self._sentences)
            or self._pointer != (0.0, 0.0)
            or self._attention is Attention.THINKING
            or self._gestures.is_active(self._now or 0.0)
        )

    def _speak(self, event: events.SentenceStarted) -> None:
        starts_at = event.heard_at_seconds - _LEAD_SECONDS
        self._attention = Attention.SPEAKING
        self._cut = False
        for earlier in self._sentences:
            earlier.cut_at = min(earlier.cut_at, max(starts_at, earlier.starts_at))
        ends_at = starts_at + event.track.duration_seconds
        self._sentences.append(_Sentence(Lips(event.track), event.expression, starts_at, ends_at))
        self._mood = (event.expression, event.intensity)
        self._mood_until = ends_at + _AFTERGLOW_SECONDS
        if event.expression is Expression.NEUTRAL:
            self._mood_until = ends_at
        if gesture := gesture_in(event.text):
            self._begin(gesture)

    # --- one moment ----------------------------------------------------------------------------------------------

    def pose(self, now_seconds: float) -> Pose:
        """The face at this moment; moments may come at any rate but do not run backwards."""
        last = now_seconds if self._now is None else self._now
        seconds = min(max(0.0, now_seconds - last), _LONGEST_STEP_SECONDS)
        now = max(last, now_seconds)
        self._now = now
        mixer = Mixer()
        lips, energy = self._lips(now)
        speech = min(1.0, sum(lips.values()))
        self._mix_mood(mixer, now, seconds, speech)
        self._mix_attention(mixer, now, seconds, energy)
        self._mix_gaze(mixer, now, seconds)
        self._mix_idle_motion(mixer, now, seconds, energy)
        self._mix_gesture(mixer, now)
        mixer.add_visemes(lips)
        self._mix_lids(mixer, now)
        self._swing_hair(mixer, now, seconds)
        return mixer.pose()

    def _lips(self, now: float) -> tuple[dict[Viseme, float], float]:
        """Mouth shapes and vowel energy of whatever is being said now."""
        if self._cut:
            for sentence in self._sentences:
                sentence.cut_at = min(sentence.cut_at, now)
            self._cut = False
            self._mood_until = min(self._mood_until, now + _AFTERGLOW_SECONDS)
        self._sentences = [s for s in self._sentences if now < min(s.ends_at + 0.15, s.cut_at + 0.12)]
        weights: dict[Viseme, float] = {}
        energy = 0.0
        for sentence in self._sentences:
            t = now - sentence.starts_at
            if t < -0.2:
                continue
            fade = 1.0 if now <= sentence.cut_at else max(0.0, 1 - (now - sentence.cut_at) / 0.12)
            for viseme, weight in sentence.lips.weights(t).items():
                weights[viseme] = min(1.0, weights.get(viseme, 0.0) + weight * fade)
            energy = max(energy, sentence.lips.energy(t) * fade)
        return weights, energy

    def _mix_mood(self, mixer: Mixer, now: float, seconds: float, speech: float) -> None:
        if math.isnan(self._mood_until):
            self._mood_until = now + self._hold_mood_seconds
        expression, intensity = self._mood
        if now > self._mood_until:
            intensity *= math.exp(-_EXPRESSION_FADE_PER_SECOND * (now - self._mood_until))
        for each in Expression:
            target = intensity if each is expression else 0.0
            weight = approach(self._mood_weights[each], target, _CROSSFADE_PER_SECOND, seconds)
            self._mood_weights[each] = weight
            if weight > 0.003:
                mixer.express(each, weight, speech)

    def _mix_attention(self, mixer: Mixer, now: float, seconds: float, energy: float) -> None:
        shown = Attention.RESTING if self._muted and self._attention is Attention.IDLE else self._attention
        for attention in Attention:
            rate = 2.0 if attention is Attention.RESTING else 5.0
            target = 1.0 if attention is shown else 0.0
            self._attention_weights[attention] = approach(self._attention_weights[attention], target, rate, seconds)
        weight = self._attention_weights
        t = now + self._phase
        listening = weight[Attention.LISTENING]
        mixer.add(LISTENING, listening)
        thinking = weight[Attention.THINKING]
        mixer.express(Expression.THINKING, 0.8 * thinking)
        mixer.shift("gaze_x", 0.25 * thinking * math.sin(t * 0.7))
        mixer.add(RESTING, weight[Attention.RESTING])
        speaking = weight[Attention.SPEAKING]
        mixer.shift("pitch", speaking * 0.10 * math.sin(t * 3.3) * energy)
        mixer.shift("yaw", speaking * 0.07 * math.sin(t * 1.7))
        mixer.shift("brow_left", 0.15 * speaking * energy)
        mixer.shift("brow_right", 0.15 * speaking * energy)
        startle = self._startle.step(0.0, seconds)
        if self._startled:
            self._startled = False
            self._startle.velocity = 12.0
            self._blinking.blink_soon(now)
        mixer.add({"brow_left": 0.9, "brow_right": 0.9, "wide": 0.6, "pitch": -0.2}, max(0.0, startle))

    def _mix_gaze(self, mixer: Mixer, now: float, seconds: float) -> None:
        awake = 1 - self._attention_weights[Attention.RESTING]
        away = self._attention_weights[Attention.THINKING]
        target = (self._pointer[0] * (1 - away) * awake, self._pointer[1] * (1 - away) * awake)
        x, y = self._gaze.step(now, seconds, target)
        mixer.shift("gaze_x", x)
        mixer.shift("gaze_y", y)
        mixer.shift("yaw", 0.40 * target[0])
        mixer.shift("pitch", 0.32 * target[1])
        mixer.shift("roll", 1.2 * target[0])

    def _mix_idle_motion(self, mixer: Mixer, now: float, seconds: float, energy: float) -> None:
        period = 3.4 if energy > 0 else 5.6 if self._muted else 4.3
        breath = self._breathing.step(seconds, period)
        thinking = self._attention is Attention.THINKING
        self._inhaled = approach(self._inhaled, 1.0 if thinking else 0.0, 3.0 if thinking else 1.4, seconds)
        breath += (1.0 - breath) * self._inhaled  # nobody begins to speak on empty lungs
        t = now + self._phase

        def drift(slow: float, fast: float) -> float:
            return math.sin(t * slow) + 0.6 * math.sin(t * fast + 1.3)

        mixer.set("breath", 0.0 if self.reduced_motion else breath)
        mixer.shift("yaw", 0.07 * drift(0.43, 0.97))
        mixer.shift("pitch", 0.05 * drift(0.51, 1.13))
        mixer.shift("roll", 0.7 * drift(0.37, 0.83))
        mixer.shift("x", 1.2 * drift(0.29, 0.71))
        for name, spring in self._head.items():
            calm = 0.2 if self.reduced_motion else 1.0
            mixer.set(name, spring.step(mixer.value(name) * calm, seconds))
        if self.reduced_motion:
            mixer.set("x", 0.0)

    def _mix_gesture(self, mixer: Mixer, now: float) -> None:
        """On top of the springs, which would be too slow for a nod."""
        for name, value in self._gestures.targets(now).items():
            mixer.shift(name, value * (0.2 if self.reduced_motion and name in HEAD_MOTION else 1.0))

    def _mix_lids(self, mixer: Mixer, now: float) -> None:
        down = 0.18 * max(0.0, mixer.value("gaze_y"))
        up = 0.05 * max(0.0, -mixer.value("gaze_y"))
        closure = self._blinking.closure(now, 4.6 if self._attention is Attention.LISTENING else 3.8)
        for name in ("eye_left", "eye_right"):
            mixer.shift(name, up - down)
            mixer.scale(name, 1 - closure)
        mixer.shift("brow_left", -0.06 * closure)
        mixer.shift("brow_right", -0.06 * closure)

    def _swing_hair(self, mixer: Mixer, now: float, seconds: float) -> None:
        if self.reduced_motion:
            mixer.set("sway", 0.0)
            return
        head_x = mixer.value("yaw") * 26 + mixer.value("roll") * 3.2
        speed = (head_x - self._head_x) / seconds if seconds > 1e-4 else 0.0
        self._head_x = head_x
        swing = self._hair.step(-0.05 * max(-160.0, min(160.0, speed)), seconds)
        mixer.set("sway", swing + 1.1 * math.sin((now + self._phase) * 0.9))
