"""What is compared, on which picture, and the answer to it."""
