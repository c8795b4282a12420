"""A fund's statement for a quarter, a year or a range of days."""
