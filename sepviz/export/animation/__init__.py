"""A sliding window or a swept slider as an animated GIF or PNG: what is asked, what a frame shows, and the file."""
