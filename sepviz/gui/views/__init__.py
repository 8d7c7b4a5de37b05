"""One file per view; a view shows or asks, it never decides."""
