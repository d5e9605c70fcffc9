# SPDX-License-Identifier: GPL-3.0-or-later
"""What several benchmarks need: word errors, sounds without speech, spoken lists, figures with their bars."""
