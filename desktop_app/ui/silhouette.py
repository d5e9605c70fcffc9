# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a picture is and where it is not: its silhouette as rectangles, to cut a window to shape."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

Mask = NDArray[np.bool_]
"""Shape (rows, columns): True where the picture is."""

Rectangles = NDArray[np.int32]
"""Shape (n, 4): left, top, width and height of each, from top to bottom and left to right, none overlapping."""


def mask_of(image: QImage, least_alpha: int) -> Mask:
    """Where an image with alpha is at least so opaque (1…255)."""
    plain = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    alpha: Mask = rows[:, 3 : 4 * plain.width() : 4] >= least_alpha
    return alpha


def grown(mask: Mask, cells: int) -> Mask:
    """The mask and whatever lies within so many cells of it, sideways or up and down."""
    result = mask.copy()
    for distance in range(1, cells + 1):
        result[distance:] |= mask[:-distance]
        result[:-distance] |= mask[distance:]
    upright = result.copy()
    for distance in range(1, cells + 1):
        result[:, distance:] |= upright[:, :-distance]
        result[:, :-distance] |= upright[:, distance:]
    return result


def rectangles(mask: Mask, width: int, height: int) -> Rectangles:
    """The mask stretched over width × height: a rectangle for each run in a row, equal rows together."""
    rows, columns = mask.shape
    lefts = np.round(np.arange(columns + 1) * (width / columns)).astype(np.int32)
    tops = np.round(np.arange(rows + 1) * (height / rows)).astype(np.int32)
    changed = np.any(mask[1:] != mask[:-1], axis=1)
    firsts = np.concatenate(([0], np.flatnonzero(changed) + 1))
    lasts = np.append(firsts[1:], rows)
    edges = np.diff(np.pad(mask[firsts], ((0, 0), (1, 1))).astype(np.int8), axis=1)
    band, begin = np.nonzero(edges == 1)
    _, end = np.nonzero(edges == -1)
    top, bottom = tops[firsts[band]], tops[lasts[band]]
    return np.column_stack((lefts[begin], top, lefts[end] - lefts[begin], bottom - top)).astype(np.int32)
