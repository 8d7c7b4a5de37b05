"""Questions asked of studies: is the article right, where is the break-even, what would a sweep show."""
