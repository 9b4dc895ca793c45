"""Graph rewrites, one file each: what is replaced with what, and when the rule refuses and why."""
