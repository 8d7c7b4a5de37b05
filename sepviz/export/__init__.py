"""A comparison as files: figure, table."""
