"""What the pages that measure and test have in common: the device, checked JSON, links, drawings."""
