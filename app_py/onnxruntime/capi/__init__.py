"""The modules of onnxruntime's native half, as far as programs name them."""
