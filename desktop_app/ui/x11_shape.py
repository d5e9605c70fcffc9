# SPDX-License-Identifier: GPL-3.0-or-later
"""What Qt does not offer on X11: whether a compositor runs, and cutting a window for the eye or for the pointer alone.

By the X Nonrectangular Window Shape Extension 1.1 and the manager selection `_NET_WM_CM_Sn` of the Extended Window
Manager Hints. It talks to the server over a connection of its own, through libraries that Qt's own plugin needs.
"""

from __future__ import annotations

import ctypes
from enum import IntEnum

import numpy as np

from desktop_app.ui.silhouette import Rectangles

_NO_PIXMAP = 0
_SET = 0
_YX_BANDED = 3


class Cut(IntEnum):
    """What a shape limits (shape.h)."""

    BOUNDING = 0
    """What is seen."""

    INPUT = 2
    """Where the pointer meets the window."""


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", ctypes.c_uint),)


class _AtomReply(ctypes.Structure):
    _fields_ = (("head", ctypes.c_uint8 * 8), ("atom", ctypes.c_uint32))


class _OwnerReply(ctypes.Structure):
    _fields_ = (("head", ctypes.c_uint8 * 8), ("owner", ctypes.c_uint32))


class X11Shape:
    """Raises OSError where there is no X server or one of the two libraries is missing."""

    def __init__(self) -> None:
        self._xcb, self._shape = ctypes.CDLL("libxcb.so.1"), ctypes.CDLL("libxcb-shape.so.0")
        self._free = ctypes.CDLL(None).free
        self._free.argtypes = (ctypes.c_void_p,)
        self._declare()
        screen = ctypes.c_int()
        self._connection = ctypes.c_void_p(self._xcb.xcb_connect(None, ctypes.byref(screen)))
        if self._xcb.xcb_connection_has_error(self._connection):
            self._xcb.xcb_disconnect(self._connection)
            raise OSError("no X server answers")
        self._manager = self._atom(f"_NET_WM_CM_S{screen.value}")

    def close(self) -> None:
        self._xcb.xcb_disconnect(self._connection)

    def has_compositor(self) -> bool:
        """Whether what is transparent shows what lies behind it; one round trip to the server."""
        cookie = self._xcb.xcb_get_selection_owner(self._connection, self._manager)
        reply = self._xcb.xcb_get_selection_owner_reply(self._connection, cookie, None)
        if not reply:
            return False
        try:
            return bool(reply.contents.owner)
        finally:
            self._free(reply)

    def cut(self, window: int, cut: Cut, rectangles: Rectangles | None) -> None:
        """Limits a window to these rectangles, in its own pixels; None takes the limit away."""
        if rectangles is None:
            self._shape.xcb_shape_mask(self._connection, _SET, int(cut), window, 0, 0, _NO_PIXMAP)
        else:
            data = np.ascontiguousarray(rectangles, np.int16)
            pointer = data.ctypes.data_as(ctypes.c_void_p)
            self._shape.xcb_shape_rectangles(
                self._connection, _SET, int(cut), _YX_BANDED, window, 0, 0, len(data), pointer
            )
        self._xcb.xcb_flush(self._connection)

    def _atom(self, name: str) -> int:
        encoded = name.encode()
        cookie = self._xcb.xcb_intern_atom(self._connection, 0, len(encoded), encoded)
        reply = self._xcb.xcb_intern_atom_reply(self._connection, cookie, None)
        if not reply:
            return 0
        try:
            return int(reply.contents.atom)
        finally:
            self._free(reply)

    def _declare(self) -> None:
        """The few functions' types (xproto.h, shape.h)."""
        pointer, u8, u16, u32, i16 = ctypes.c_void_p, ctypes.c_uint8, ctypes.c_uint16, ctypes.c_uint32, ctypes.c_int16
        for library, name, result, arguments in (
            (self._xcb, "xcb_connect", pointer, (ctypes.c_char_p, pointer)),
            (self._xcb, "xcb_connection_has_error", ctypes.c_int, (pointer,)),
            (self._xcb, "xcb_disconnect", None, (pointer,)),
            (self._xcb, "xcb_flush", ctypes.c_int, (pointer,)),
            (self._xcb, "xcb_intern_atom", _Cookie, (pointer, u8, u16, ctypes.c_char_p)),
            (self._xcb, "xcb_intern_atom_reply", ctypes.POINTER(_AtomReply), (pointer, _Cookie, pointer)),
            (self._xcb, "xcb_get_selection_owner", _Cookie, (pointer, u32)),
            (self._xcb, "xcb_get_selection_owner_reply", ctypes.POINTER(_OwnerReply), (pointer, _Cookie, pointer)),
            (self._shape, "xcb_shape_mask", _Cookie, (pointer, u8, u8, u32, i16, i16, u32)),
            (self._shape, "xcb_shape_rectangles", _Cookie, (pointer, u8, u8, u8, u32, i16, i16, u32, pointer)),
        ):
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
