"""Build time: checkpoints become verified browser models, and pinned files become the browser runtime."""
