"""The board on a canteen's screen: today's dishes and who gives."""
