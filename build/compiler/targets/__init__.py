"""What each engine, version and backend really supports, as data, and the ordered steps that lower a graph to it."""
