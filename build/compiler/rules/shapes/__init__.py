"""Rules that only move elements."""
