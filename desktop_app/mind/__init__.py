# SPDX-License-Identifier: GPL-3.0-or-later
"""Who the companion is and what it knows."""
