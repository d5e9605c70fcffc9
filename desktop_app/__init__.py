# SPDX-License-Identifier: GPL-3.0-or-later
"""Fireside: a voice companion that lives on your own computer."""
