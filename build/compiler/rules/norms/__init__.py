"""Rules for norms, softmaxes and the reductions they are made of."""
