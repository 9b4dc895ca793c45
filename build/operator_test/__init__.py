"""Models of single operators with their results, for the operator test page."""
