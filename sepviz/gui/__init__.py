"""The window: the other way to hold a study."""
