# SPDX-License-Identifier: GPL-3.0-or-later
"""What the test server says when nothing was scripted: short, deterministic answers that refer to what was said."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_RULES: Sequence[tuple[str, str]] = (
    (r"\bmy name is (\w+)", "Nice to meet you, {0}. What brings you here today?"),
    (r"\b(?:hello|hi|hey|good (?:morning|evening))\b", "Hello. It is good to hear you. How was your day?"),
    (r"\bi (?:like|love) ([\w ]+)", "You like {0}. That sounds lovely. What do you enjoy most about it?"),
    (r"\bi am ([\w ]+)", "So you are {0}. Tell me more about that."),
    (r"\bweather\b", "I cannot look outside, but I hope the sun is shining. Shall we go for a walk?"),
    (r"\b(?:bye|goodbye|good night)\b", "Goodbye. Sleep well, and talk to me soon."),
    (r"\bje m'appelle (\w+)", "Enchantée, {0}. Comment vas-tu aujourd'hui ?"),
    (r"\bbonjour\b", "Bonjour. Je suis contente de t'entendre. Comment vas-tu ?"),
)


def answer(messages: Sequence[Mapping[str, Any]]) -> str:
    """An answer to the last thing the person said."""
    said = next((str(message.get("content", "")) for message in reversed(messages) if message["role"] == "user"), "")
    for pattern, text in _RULES:
        found = re.search(pattern, said, re.IGNORECASE)
        if found:
            return text.format(*(group.strip() for group in found.groups()))
    if said.rstrip().endswith("?"):
        return "That is a good question. Let me think about it. What do you believe yourself?"
    words = re.findall(r"\w{4,}", said)
    return f"I hear you. You spoke of {words[-1].lower()}. Tell me more." if words else "I am listening. Go on."
