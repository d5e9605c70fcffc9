# SPDX-License-Identifier: GPL-3.0-or-later
"""Events and time in, a face out; Qt-free."""
