"""Worked examples beside the editor: divided by the very function that the till uses, told in words."""
