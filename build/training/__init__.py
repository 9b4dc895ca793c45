"""Training of styles: a painting and a folder of photos become a checkpoint with its card."""
