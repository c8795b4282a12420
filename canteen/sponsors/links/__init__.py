"""Links by which a sponsor reads its own page: revocable, expiring, bound to one browser."""
