"""The algorithms that conv2d chooses from, one file each."""
