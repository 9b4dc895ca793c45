"""What pages ask of the browser they run in."""
