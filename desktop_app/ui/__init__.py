# SPDX-License-Identifier: GPL-3.0-or-later
"""The window: the only package that imports Qt."""

import os

# Before Qt paints for the first time. It would share every larger fill among threads; a face is made of so many small
# ones that waking the threads costs more than painting (measured: twice the processor time for dressing a companion).
os.environ.setdefault("QT_NO_GUI_THREADPOOL", "1")
