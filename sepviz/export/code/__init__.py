"""The two layers of a study as source code for other libraries."""
