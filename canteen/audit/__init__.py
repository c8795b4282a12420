"""Who did what, when: events linked into a hash chain that anyone can check again."""
