"""Noon: scans become meals or named outcomes, and none is lost."""
