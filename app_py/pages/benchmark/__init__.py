"""The benchmark page: a plan, its measurements, and what they are written as."""
