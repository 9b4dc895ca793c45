"""Rules that bring parameters into the form of an older opset."""
