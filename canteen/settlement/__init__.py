"""The month's end: findings, the close, sealed statements and their papers."""
