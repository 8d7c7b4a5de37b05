"""Numbers to pixels: NumPy only, no Qt."""
