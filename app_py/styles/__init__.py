"""The models of the site and the person's own: list, files, checks."""
