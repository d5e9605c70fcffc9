# SPDX-License-Identifier: GPL-3.0-or-later
"""Who teaches the starter voices: two espeak-ng speakers of our own, a higher and a lower one, in two languages.

Each speaker is three espeak variants: the whole sound, its voiced part alone and its noise alone. The last two
sum to the first sample by sample, which splits speech into buzz and hiss exactly instead of by estimation.
"""

from __future__ import annotations

from dataclasses import dataclass

ESPEAK_VOICE = {"en": "en-us", "fr": "fr"}
RATES_WPM = (130, 140, 150, 160, 160, 170, 180, 190, 205)
REFERENCE_RATE_WPM = 160


@dataclass(frozen=True, slots=True)
class Speaker:
    """One teacher: its espeak settings and the index by which the network knows it."""

    name: str
    index: int
    settings: str
    f0_floor_hz: float
    f0_ceiling_hz: float

    def variants(self) -> dict[str, str]:
        """The espeak variant files of this speaker: whole, voiced only, noise only."""
        common = f"language variant\nname {self.name}\n{self.settings}flutter 0\nroughness 0\necho 0 0\n"
        return {
            self.name: common + "consonants 115 115\n",
            f"{self.name}v": common + "consonants 0 0\n",
            f"{self.name}n": common + "consonants 115 115\nvoicing 0\n",
        }


HIGHER = Speaker(
    name="fireh",
    index=0,
    settings="""gender female
pitch 140 212
formant 0 105  80 150
formant 1 110  80 160
formant 2 110  70 150
formant 3 110  70 150
formant 4 115  80 150
formant 5 115  80 150
formant 6 110  70 150
formant 7 110  70 150
formant 8 110  70 150
stressAdd 0 0 -10 -10 0 0 10 40
""",
    f0_floor_hz=90.0,
    f0_ceiling_hz=420.0,
)
LOWER = Speaker(
    name="firel",
    index=1,
    settings="""gender male
pitch 84 128
formant 0 100 100 120
formant 1  97  95 120
formant 2  97  90 120
formant 3  97  85 130
formant 4  97  85 130
formant 5  97  80 130
formant 6 100  80 130
formant 7 100  75 130
formant 8 100  75 130
stressAdd 0 0 -5 -5 0 0 0 10
""",
    f0_floor_hz=66.0,
    f0_ceiling_hz=260.0,
)
SPEAKERS = (HIGHER, LOWER)


@dataclass(frozen=True, slots=True)
class StarterVoice:
    """One of the four delivered voices: who speaks which language."""

    id: str
    name: str
    language: str
    speaker: Speaker
    presentation: str


VOICES = (
    StarterVoice("starter-en-1", "Starter English 1", "en", HIGHER, "higher"),
    StarterVoice("starter-en-2", "Starter English 2", "en", LOWER, "lower"),
    StarterVoice("starter-fr-1", "Starter French 1", "fr", HIGHER, "higher"),
    StarterVoice("starter-fr-2", "Starter French 2", "fr", LOWER, "lower"),
)
