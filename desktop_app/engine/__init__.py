# SPDX-License-Identifier: GPL-3.0-or-later
"""One conversation, from sound to sound."""
