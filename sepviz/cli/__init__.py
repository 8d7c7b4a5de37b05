"""The command line: one way to hold a study."""
