"""onnxruntime's Python API over the engines of a browser: feeds in, worker, outputs back."""
