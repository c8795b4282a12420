"""One version beside another: what changed, in words; ages that overlap, ages of which nothing is said."""
