# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in for the world in tests and benchmarks: a sound card, a screen, an Ollama, models of true shape."""
