# SPDX-License-Identifier: GPL-3.0-or-later
"""Fireside: a voice companion that lives on your own computer."""

import os

# Before anything can import onnxruntime (its wheels would write a device id and queue usage events) or the hub client.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["DO_NOT_TRACK"] = "1"
