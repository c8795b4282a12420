"""A sponsor's own page, by a link and without an account."""
