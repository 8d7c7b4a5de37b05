"""What can be typed after each command: one module a command, and the layer options that most of them have."""
