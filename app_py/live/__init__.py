"""Painting what moves: the live camera and video files."""
