# SPDX-License-Identifier: GPL-3.0-or-later
"""Plugs everything together: settings → adapters + storage + mind + engine. Knows no Qt."""

from __future__ import annotations

import os
from asyncio import CancelledError
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from desktop_app import bundle
from desktop_app.adapters.clock_system import SystemClock
from desktop_app.adapters.detector_silero import SileroDetector
from desktop_app.adapters.echo_livekit import LivekitEchoCanceller
from desktop_app.adapters.echo_none import NoEchoCanceller
from desktop_app.adapters.microphone_portaudio import PortAudioMicrophone
from desktop_app.adapters.microphone_recording import RecordingMicrophone
from desktop_app.adapters.model_ollama import OllamaModel
from desktop_app.adapters.speaker_portaudio import PortAudioSpeaker
from desktop_app.adapters.speaker_recording import RecordingSpeaker
from desktop_app.adapters.transcriber_tried import TriedTranscriber
from desktop_app.adapters.transcriber_unhurried import UnhurriedTranscriber
from desktop_app.adapters.transcriber_whisper import WhisperTranscriber
from desktop_app.adapters.voice_piper import PiperSynthesizer
from desktop_app.adapters.whisper_trial import TRIAL_SENTENCES, SaidSentence, WindowTrial
from desktop_app.diagnostics.logs import log_event
from desktop_app.domain.errors import EarsError, MicrophoneError, PersonaError, SettingsError, StorageError, VoiceError
from desktop_app.domain.events import Notice
from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import Settings, WhisperWindow
from desktop_app.engine.engine import Engine
from desktop_app.mind.prompt import persona_fits
from desktop_app.mind.rehearsed import RehearsedMind
from desktop_app.ports import ChatModel, Clock, EchoCanceller, Microphone, Speaker, Transcriber, Workshop
from desktop_app.storage.habit_store import TomlHabitStore
from desktop_app.storage.memory_store import open_store
from desktop_app.storage.paths import Profile, open_profile
from desktop_app.storage.persona_library import TomlPersonaLibrary
from desktop_app.storage.settings_store import TomlSettingsStore
from desktop_app.storage.voice_library import InstalledVoice, VoiceLibrary
from desktop_app.storage.window_verdicts import TomlWindowVerdicts

STARTER_EARS = "starter-en"
_STARTER_LANGUAGE = "en"


class DesktopWorkshop:
    """Makes the real plugs (ports.Workshop)."""

    def __init__(self, clock: Clock, profile: Profile) -> None:
        self._clock = clock
        self._profile = profile
        self._voices = voice_library(profile)
        self._echo = LivekitEchoCanceller()

    def microphone(self, settings: Settings) -> Microphone:
        return PortAudioMicrophone(settings.microphone, self._clock)

    def speaker(self, settings: Settings) -> Speaker:
        return PortAudioSpeaker(settings.loudspeaker, self._clock, played=self._echo.played)

    def silent_speaker(self) -> RecordingSpeaker:
        return RecordingSpeaker(self._clock, name="silent", records=False)

    def detector(self) -> SileroDetector:
        return SileroDetector()

    async def echo_canceller(self) -> tuple[EchoCanceller | None, Notice | None]:
        try:
            await self._echo.load()
        except MicrophoneError as error:
            return None, Notice.of(error)
        return self._echo, None

    async def transcriber(self, settings: Settings, persona: Persona) -> tuple[Transcriber, Notice | None]:
        transcriber = make_transcriber(settings.whisper, settings.whisper_window, self._profile)
        try:
            await transcriber.load()
        except EarsError as error:
            await transcriber.close()
            if transcriber.is_starter:
                raise
            starter = make_transcriber(STARTER_EARS, settings.whisper_window, self._profile)
            await starter.load()
            return starter, Notice.of(error)
        if transcriber.is_starter and persona.language != _STARTER_LANGUAGE:
            return transcriber, Notice(
                "ears.language",
                f"{persona.name} speaks another language than English, and the starter ears know only English.",
                "Choose “base” or larger under Ears in the settings; until then you can write.",
            )
        if settings.whisper_window is WhisperWindow.AUTO and not transcriber.is_starter:
            return self._on_probation(transcriber, persona.language), None
        return transcriber, None

    def _on_probation(self, ears: WhisperTranscriber, language: str) -> Transcriber:
        """Short windows where a trial showed that they do for this model; where nothing was tried yet, they will be."""
        verdicts = TomlWindowVerdicts(self._profile.window_verdicts)
        verdict = verdicts.find(ears.identity, language)
        if verdict is not None or language not in TRIAL_SENTENCES:
            ears.short_windows = bool(verdict)
            return ears

        async def say_sentences() -> list[SaidSentence]:
            voice = await self._loaded(self._voices.starter_for(language))
            try:
                spoken = [(text, await voice.synthesize(text)) for text in TRIAL_SENTENCES[language]]
                sounds = [(text, await speech.sound()) for text, speech in spoken if speech]
            finally:
                await voice.close()
            return [SaidSentence.of(text, sound.samples, sound.rate_hz) for text, sound in sounds]

        def keep(trial: WindowTrial) -> None:
            if not trial.can_be_judged:
                return  # it is tried again the next time, perhaps with another voice
            with suppress(StorageError):  # it is tried again the next time
                verdicts.keep(ears.identity, language, trial.loses_nothing)

        return TriedTranscriber(ears, language, say_sentences, keep)

    async def synthesizer(self, settings: Settings, persona: Persona) -> tuple[PiperSynthesizer, Notice | None]:
        notice = None
        for wanted in (settings.voice, persona.voice):
            if not wanted:
                continue
            try:
                return await self._loaded(self._voices.find(wanted)), notice
            except VoiceError as error:
                notice = Notice.of(error)
        return await self._loaded(self._voices.starter_for(persona.language)), notice

    async def _loaded(self, voice: InstalledVoice) -> PiperSynthesizer:
        cache = self._profile.cache / "voices"
        synthesizer = PiperSynthesizer(voice.model_file, name=voice.id, is_starter=voice.is_starter, cache=cache)
        try:
            await synthesizer.load()
        except (VoiceError, CancelledError):
            await synthesizer.close()
            raise
        return synthesizer

    def chat_model(self, settings: Settings) -> ChatModel:
        return OllamaModel(settings.ollama_url, settings.chat_model, context_tokens=settings.context_tokens)

    def starter_mind(self) -> ChatModel:
        return RehearsedMind()


class RecordedWorkshop(DesktopWorkshop):
    """All real but the sound card: a recording speaks, and what the companion says is written down, or heard aloud."""

    def __init__(self, clock: Clock, profile: Profile, microphone: RecordingMicrophone, *, aloud: bool = False) -> None:
        super().__init__(clock, profile)
        self._microphone = microphone
        self._aloud = aloud
        self.loudspeaker = RecordingSpeaker(clock)

    def microphone(self, settings: Settings) -> Microphone:
        return self._microphone

    async def transcriber(self, settings: Settings, persona: Persona) -> tuple[Transcriber, Notice | None]:
        ears, notice = await super().transcriber(settings, persona)
        return UnhurriedTranscriber(ears, self._microphone), notice

    def speaker(self, settings: Settings) -> Speaker:
        return super().speaker(settings) if self._aloud else self.loudspeaker

    async def echo_canceller(self) -> tuple[EchoCanceller, None]:
        return NoEchoCanceller(), None  # a recording hears no loudspeaker


@dataclass(frozen=True, slots=True)
class Home:
    """Everything of one profile that outlives an engine."""

    profile: Profile
    settings_store: TomlSettingsStore
    personas: TomlPersonaLibrary
    voices: VoiceLibrary
    settings: Settings
    persona: Persona
    notices: Sequence[Notice]
    """What was wrong with the settings or the companion's file, for the window."""


def open_home(profile_dir: Path | None, options: Mapping[str, object]) -> Home:
    """Opens a profile; what cannot be read is replaced by its default, with a notice. Raises StorageError."""
    profile = open_profile(profile_dir)
    notices: list[Notice] = []
    store = TomlSettingsStore(profile.settings, os.environ, options)
    try:
        settings = store.load()
    except SettingsError as error:
        notices.append(Notice.of(error))
        settings = store.load_without_file()
    personas = TomlPersonaLibrary(bundle.COMPANIONS, profile.companions)
    try:
        persona = personas.load(settings.companion)
    except PersonaError as error:
        notices.append(Notice.of(error))
        persona = TomlPersonaLibrary(bundle.COMPANIONS, bundle.COMPANIONS).load(Settings().companion)
    if not persona_fits(persona, settings.context_tokens):
        notices.append(
            Notice(
                "persona.too_long",
                f"{persona.name}'s description is too long for the model's context and is told to it only in part.",
                "Shorten it, or raise context_tokens in settings.toml.",
            )
        )
    return Home(profile, store, personas, voice_library(profile), settings, persona, tuple(notices))


def make_engine(home: Home, workshop: Workshop, clock: Clock) -> Engine:
    """Call it on the thread that will run the engine."""
    memory, notice = open_store(home.profile.database)
    engine = Engine(
        workshop,
        memory,
        home.personas,
        home.settings_store,
        clock,
        home.settings,
        home.persona,
        TomlHabitStore(home.profile.habits),
        [*home.notices, notice] if notice else home.notices,
    )
    engine.subscribe(log_event)
    return engine


def desktop_engine(home: Home) -> Callable[[], Engine]:
    """Makes the engine of the app: real microphone, real loudspeaker."""

    def make() -> Engine:
        clock = SystemClock()
        return make_engine(home, DesktopWorkshop(clock, home.profile), clock)

    return make


def make_transcriber(whisper: str, window: WhisperWindow, profile: Profile) -> WhisperTranscriber:
    """The ears that a setting names: a starter's id, a faster-whisper name, or a folder."""
    comes_with_us = Path(whisper).name == whisper and (bundle.EARS / whisper / "model.bin").is_file()
    if comes_with_us or whisper == STARTER_EARS:
        short = window is not WhisperWindow.FULL  # the starter was trained on windows of every length
        return WhisperTranscriber(bundle.EARS / whisper, name=whisper, is_starter=True, short_windows=short)
    return WhisperTranscriber(whisper, downloads=profile.root / "ears")


def voice_library(profile: Profile) -> VoiceLibrary:
    return VoiceLibrary(bundle.VOICES, profile.voices)
