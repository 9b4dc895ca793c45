"""Measurements in headless Chromium beside native onnxruntime: the numbers behind what the documents claim."""
