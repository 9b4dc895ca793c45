"""Passes over a whole graph: preparation, clean-up, and what is no pattern of one node."""
