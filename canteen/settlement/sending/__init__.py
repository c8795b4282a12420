"""Sending a sealed statement to who is to have it, and the record of it."""
