# SPDX-License-Identifier: GPL-3.0-or-later
"""How the starter ears are made: text, speech, training, conversion and judgment of assets/ears/starter-en."""
