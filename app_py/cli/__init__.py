"""The command line of CPython, with onnxruntime as the engine; nothing here runs in a page."""
