# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking turns: does it wait for whoever only pauses, answer whoever has finished, and stop for whoever interrupts?"""

from __future__ import annotations

import asyncio
from typing import Any

from benchmarks.measuring.effort import measure_effort
from benchmarks.measuring.endpoints import measure_endpoints
from benchmarks.measuring.figures import figures_report, figures_result
from benchmarks.measuring.interruptions import measure_interruptions
from desktop_app import bundle
from desktop_app.adapters.transcriber_whisper import WhisperTranscriber
from desktop_app.app import STARTER_EARS


def measure(limit: int | None = None) -> dict[str, Any]:
    """All figures; limit: so many scenes of each kind only. Raises CompanionErrors."""
    return asyncio.run(_measure(limit))


def report(result: dict[str, Any]) -> str:
    return figures_report(result)


async def _measure(limit: int | None) -> dict[str, Any]:
    ears = WhisperTranscriber(bundle.EARS / STARTER_EARS, name=STARTER_EARS, is_starter=True, short_windows=True)
    try:
        await ears.load()
        endpoint_figures, endpoints = await measure_endpoints(ears, limit)
        interruption_figures, interruptions = await measure_interruptions(ears, limit)
    finally:
        await ears.close()
    effort_figures, effort = await measure_effort(limit)
    return figures_result(
        "turns",
        [*endpoint_figures, *interruption_figures, *effort_figures],
        {"endpoints": endpoints, "interruptions": interruptions, "effort": effort},
    )
