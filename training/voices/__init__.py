# SPDX-License-Identifier: GPL-3.0-or-later
"""How the starter Piper voices are made: text, teacher, features, network, vocoder, export, measurement."""
