# SPDX-License-Identifier: GPL-3.0-or-later
"""The window: the only package that imports Qt."""
