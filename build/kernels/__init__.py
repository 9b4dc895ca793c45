"""WebAssembly of our own: C++ sources, and their compilation."""
