# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept on disk and where."""
