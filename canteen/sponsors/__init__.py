"""Sponsors and their funds: only received money, drawn only through a rule of a programme."""
