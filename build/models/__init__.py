"""Checkpoints at hand -> verified models, listed in `models/manifest.json`."""
