# SPDX-License-Identifier: GPL-3.0-or-later
"""From a picture's alpha to the rectangles a window is cut to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QPainter

from desktop_app.ui.avatar_layers import new_image
from desktop_app.ui.cutout_view import solid
from desktop_app.ui.silhouette import grown, mask_of, rectangles


def drawn(found: NDArray[np.int32], width: int, height: int) -> NDArray[np.int64]:
    """How often each pixel is covered."""
    canvas = np.zeros((height, width), np.int64)
    for left, top, wide, high in found.tolist():
        canvas[top : top + high, left : left + wide] += 1
    return canvas


def test_rectangles_cover_the_mask_exactly_once_and_in_order() -> None:
    mask = np.random.default_rng(5).random((37, 23)) < 0.5
    found = rectangles(mask, 23, 37)
    assert (drawn(found, 23, 37) == mask).all()
    assert [tuple(each) for each in found[:, 1::-1].tolist()] == sorted(
        tuple(each) for each in found[:, 1::-1].tolist()
    )


def test_rectangles_stretch_to_the_window() -> None:
    mask = np.zeros((4, 4), bool)
    mask[1:3, 1:3] = True
    assert rectangles(mask, 10, 16).tolist() == [[2, 4, 6, 8]]


def test_nothing_needs_no_rectangle_and_all_needs_one() -> None:
    assert len(rectangles(np.zeros((5, 6), bool), 6, 5)) == 0
    assert rectangles(np.ones((5, 6), bool), 60, 50).tolist() == [[0, 0, 60, 50]]


def test_a_mask_grows_on_every_side_and_not_around_the_edges() -> None:
    mask = np.zeros((9, 9), bool)
    mask[4, 8] = True
    found = grown(mask, 2)
    assert found.sum() == 5 * 3
    assert found[2:7, 6:].all()


def test_the_mask_is_where_alpha_is_enough() -> None:
    image = new_image(7, 3)
    image.setPixelColor(2, 1, QColor(10, 20, 30, 200))
    image.setPixelColor(5, 0, QColor(10, 20, 30, 90))
    assert [tuple(each) for each in np.argwhere(mask_of(image, 128)).tolist()] == [(1, 2)]
    assert mask_of(image, 60).sum() == 2


def test_solid_colors_are_not_darkened_at_the_edge_and_bleed_beyond_it() -> None:
    image = new_image(64, 64)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(200, 120, 80))
    painter.setPen(QColor(0, 0, 0, 0))
    painter.drawEllipse(16, 16, 32, 32)
    painter.end()
    edges = mask_of(image, 1) & ~mask_of(image, 255)
    opaque = solid(image)
    for y, x in np.argwhere(edges).tolist():
        assert opaque.pixelColor(x, y).red() > 190
    assert opaque.pixelColor(13, 32).red() > 150
