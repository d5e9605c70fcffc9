# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in for the world in tests and benchmarks: a sound card, an Ollama, models of true shape."""
