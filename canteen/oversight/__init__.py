"""The day after: what waits for a person's ruling, and whether every invariant still holds."""
