"""Rules for pads."""
