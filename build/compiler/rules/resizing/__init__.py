"""Rules for resizing."""
