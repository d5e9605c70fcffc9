# SPDX-License-Identifier: GPL-3.0-or-later
"""The plugs: one port, one library each; errors are translated at the border."""
