"""Rules for operators that compute each element on its own."""
