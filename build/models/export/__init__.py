"""Checkpoint -> torch module -> master ONNX graph."""
