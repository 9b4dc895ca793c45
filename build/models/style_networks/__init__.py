"""Networks to which a style is a vector: published files -> the painter's own graphs, verified against those files."""
