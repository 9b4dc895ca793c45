"""Numbers of a lowered graph against torch or onnxruntime on the host, and in a real browser."""
