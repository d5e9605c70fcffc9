# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of the product: frozen dataclasses and enums that everything else speaks in."""
