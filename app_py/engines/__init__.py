"""Which engine paints on this device: facts, a test before trust, a choice with reasons, and a painter that goes on."""
