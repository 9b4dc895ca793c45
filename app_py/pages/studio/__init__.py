"""The studio page: its state and the pure reducer, and the worker's half that performs what follows."""
