"""The site as a whole: the list of its files that visits without a network live by, and `dist/site/` for any host."""
