"""The thank-you wall and the public notice of a canteen."""
