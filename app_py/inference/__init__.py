"""onnxruntime's `InferenceSession` over the engines of a browser: feeds in, worker, outputs back."""
