"""The pages: the studio, the benchmark, the operator test, and what reports share."""
