"""The gallery: paintings and the styles of the shared networks, as vectors with thumbnails."""
