"""The ONNX project's own tests of single operators, run in a browser on every engine."""
