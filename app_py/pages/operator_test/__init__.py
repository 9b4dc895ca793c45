"""The operator test: small models with known results, and what the engines of this device make of them."""
