"""Who pays what at which age, as a page that an elder can read."""
