"""The wheels that others install: onnxruntime for Pyodide, and the painter's Python half."""
