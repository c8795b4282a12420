"""Sponsors, what is agreed with them, and what bears their name: who, under which paper, where, from when to when."""
