# SPDX-License-Identifier: GPL-3.0-or-later
"""One swatch becomes a ramp of light and shade: OKLCH ramps, and the key colors that parts are painted with."""

from __future__ import annotations

import math
from collections.abc import Mapping

Palette = Mapping[str, str]
"""Role ("hair.base") to color ("#9c5c34")."""

KEYS: dict[str, dict[str, str]] = {
    "hair": {
        "line": "#3b2018", "deep": "#56301f", "shade": "#7a4529", "base": "#9c5c34", "light": "#c4824a",
        "shine": "#f0bd83", "tip": "#8a4a5a", "tipshade": "#6d3848", "tiplight": "#b0707f",
    },
    "skin": {
        "line": "#8a4b3c", "deep": "#c98266", "shade": "#e3a58a", "base": "#f6cdb5", "light": "#ffe6d6",
        "shine": "#fff4ec", "blush": "#e88f86", "lip": "#c96f68",
    },
    "first": {
        "line": "#1f2a44", "deep": "#2c3c62", "shade": "#3d5283", "base": "#5069a3", "light": "#7089c4",
        "shine": "#a4b8e6",
    },
    "second": {
        "line": "#55504a", "deep": "#8d867c", "shade": "#b9b1a6", "base": "#ded7cc", "light": "#f3eee6",
        "shine": "#fffdf8",
    },
    "third": {
        "line": "#5a1830", "deep": "#8c2547", "shade": "#b5365d", "base": "#d94f78", "light": "#f08aa8",
        "shine": "#ffc2d2",
    },
    "frame": {"line": "#14161c", "base": "#2c2f3a", "light": "#5b6070", "shine": "#9aa0b4"},
    "jewel": {"line": "#8a6a24", "base": "#e8c766", "light": "#f3dc92", "shine": "#fff2bd"},
    "hat": {
        "line": "#1d3b3a", "deep": "#2f5c5a", "shade": "#3f7471", "base": "#528c88", "light": "#74aaa5",
        "shine": "#a9cfca",
    },
    "sky": {"deep": "#7f93b8", "shade": "#9fb2d2", "base": "#bfcfe6", "light": "#dbe6f3", "shine": "#f2f7fc"},
    "room": {"deep": "#5d6a8c", "shade": "#7884a6", "base": "#949fbd", "light": "#b4bdd4", "shine": "#d3d9e8"},
}  # fmt: skip
"""The template swatches: exactly these values in a part's file are roles, every other color stays as it is."""

ROLE_OF_KEY = {color: f"{group}.{tone}" for group, tones in KEYS.items() for tone, color in tones.items()}


def rgb_of(color: str) -> tuple[float, float, float]:
    return int(color[1:3], 16) / 255, int(color[3:5], 16) / 255, int(color[5:7], 16) / 255


def hex_of(rgb: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{min(255, max(0, round(part * 255))):02x}" for part in rgb)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _gamma(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def lch_of(color: str) -> tuple[float, float, float]:
    """Lightness 0…1, chroma and hue in degrees (OKLCH)."""
    r, g, b = (_linear(part) for part in rgb_of(color))
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b_axis = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b_axis), math.degrees(math.atan2(b_axis, a)) % 360


def color_of(lightness: float, chroma: float, hue: float) -> str:
    """The nearest color that a screen can show: chroma gives way, lightness and hue stay."""
    lightness, chroma = min(1.0, max(0.0, lightness)), max(0.0, chroma)
    for _ in range(40):
        r, g, b = _rgb_of_lch(lightness, chroma, hue)
        if all(-1e-3 <= part <= 1.001 for part in (r, g, b)):
            break
        chroma *= 0.92
    clipped = (_gamma(min(1.0, max(0.0, part))) for part in (r, g, b))
    return hex_of((next(clipped), next(clipped), next(clipped)))


def _rgb_of_lch(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def mix(first: str, second: str, share: float) -> str:
    (r1, g1, b1), (r2, g2, b2) = rgb_of(first), rgb_of(second)
    return hex_of((r1 + (r2 - r1) * share, g1 + (g2 - g1) * share, b1 + (b2 - b1) * share))


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio, 1…21."""
    lums = [
        0.2126 * _linear(r) + 0.7152 * _linear(g) + 0.0722 * _linear(b) for r, g, b in (rgb_of(first), rgb_of(second))
    ]
    return (max(lums) + 0.05) / (min(lums) + 0.05)


def _toward(hue: float, target: float, degrees: float) -> float:
    """The hue turned towards another one, at most by so many degrees."""
    way = (target - hue + 180) % 360 - 180
    return (hue + max(-degrees, min(degrees, way))) % 360


def hair_ramp(base: str, tips: str = "") -> dict[str, str]:
    def ramp(color: str) -> dict[str, str]:
        lightness, chroma, hue = lch_of(color)
        dark, pale = lightness < 0.36, lightness > 0.8
        cool = 300 if chroma < 0.05 else 330
        warm = 75 if chroma > 0.04 else hue
        more = 0.02 if pale else 0.0
        return {
            "line": color_of(max(0.13, lightness * 0.46), chroma * 0.75 + 0.01, _toward(hue, cool, 18)),
            "deep": color_of(
                min(0.86 * lightness, min(0.86 * lightness, max(0.16, lightness - (0.10 if dark else 0.17)))),
                chroma * 0.9 + more,
                _toward(hue, cool, 16),
            ),
            "shade": color_of(
                min(0.94 * lightness, max(0.2, lightness - (0.05 if dark else 0.085))),
                chroma * 0.97 + more / 2,
                _toward(hue, cool, 9),
            ),
            "base": color,
            "light": color_of(lightness + (0.10 if dark else 0.075), chroma * 1.02, _toward(hue, warm, 8)),
            "shine": color_of(
                min(0.985, lightness + (0.26 if dark else 0.19)),
                chroma * 0.8 + (0.012 if dark else 0),
                _toward(hue, 80 if chroma > 0.04 else 260, 12),
            ),
        }

    tones, tip_tones = ramp(base), ramp(tips or base)
    return {**tones, "tip": tip_tones["base"], "tipshade": tip_tones["shade"], "tiplight": tip_tones["light"]}


def skin_ramp(base: str) -> dict[str, str]:
    lightness, chroma, hue = lch_of(base)
    step = 0.55 + 0.6 * lightness
    fair = max(0.15, min(1.0, (lightness - 0.38) / 0.45))  # darker skins: smaller, less saturated steps
    return {
        "line": color_of(lightness * 0.54, chroma * 0.95 + 0.02, _toward(hue, 25, 22)),
        "deep": color_of(lightness - 0.17 * step, chroma + 0.030 * fair, _toward(hue, 28, 20 * fair)),
        "shade": color_of(lightness - 0.085 * step, chroma + 0.022 * fair, _toward(hue, 32, 14 * fair)),
        "base": base,
        "light": color_of(min(0.985, lightness + 0.04), chroma * 0.85, _toward(hue, 75, 6)),
        "shine": color_of(min(0.99, lightness + 0.10), chroma * 0.6, _toward(hue, 75, 10)),
        "pale": color_of(0.55 * lightness + 0.41, chroma * 0.72, _toward(hue, 50, 10)),
        "blush": color_of(lightness - 0.08 * step * fair + 0.02 * (1 - fair), chroma + 0.085 * max(fair, 0.6), 24),
        "lip": color_of(lightness - 0.11 * step, chroma + 0.06 * max(fair, 0.5), 24),
    }


def cloth_ramp(base: str) -> dict[str, str]:
    lightness, chroma, hue = lch_of(base)
    dark = lightness < 0.35
    return {
        "line": color_of(lightness * 0.5, chroma * 0.9, _toward(hue, 290, 14)),
        "deep": color_of(max(0.1, lightness - 0.15), chroma, _toward(hue, 290, 14)),
        "shade": color_of(max(0.14, lightness - 0.075), chroma, _toward(hue, 290, 8)),
        "base": base,
        "light": color_of(lightness + (0.07 if dark else 0.055), chroma * 0.98, _toward(hue, 80, 6)),
        "shine": color_of(lightness + (0.15 if dark else 0.11), chroma * 0.85, _toward(hue, 80, 10)),
    }


def iris_ramp(base: str) -> dict[str, str]:
    lightness, chroma, hue = lch_of(base)
    return {
        "line": color_of(max(0.14, lightness * 0.42), chroma * 0.8, _toward(hue, 300, 15)),
        "deep": color_of(max(0.18, lightness - 0.17), chroma, _toward(hue, 300, 10)),
        "base": base,
        "light": color_of(min(0.93, lightness + 0.16), chroma * 1.1, _toward(hue, 100, 14)),
        "shine": color_of(min(0.97, lightness + 0.30), chroma * 0.85, _toward(hue, 100, 24)),
    }


def wall_ramp(base: str, dark: bool) -> dict[str, str]:
    """A background's tones; in a dark room the same hue at night."""
    lightness, chroma, hue = lch_of(base)
    if dark:
        lightness, chroma = 0.20 + 0.22 * lightness, chroma * 0.75
    step = 0.055 if dark else 0.06
    return {
        "deep": color_of(lightness - 2 * step, chroma * 1.05, _toward(hue, 280, 14)),
        "shade": color_of(lightness - step, chroma * 1.03, _toward(hue, 280, 7)),
        "base": color_of(lightness, chroma, hue),
        "light": color_of(min(0.985, lightness + step), chroma * 0.9, _toward(hue, 80, 6)),
        "shine": color_of(min(0.99, lightness + 2 * step), chroma * 0.75, _toward(hue, 80, 10)),
    }
