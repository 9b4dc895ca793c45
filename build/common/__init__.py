"""What the build's parts share: errors, files, browsers."""
