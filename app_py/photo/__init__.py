"""Pictures: files to pixels, pixels to tensors, and a finished painting's look."""
