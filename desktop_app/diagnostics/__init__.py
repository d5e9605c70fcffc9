# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs, the doctor and turn timings."""
