"""The words that outcomes are told in: states, and the two kinds of meal."""

MEAL, EXCEPTION, REJECTED = "MEAL", "EXCEPTION", "REJECTED"
"""A meal was made; a person must look; nothing came of it."""

SLOT, FURTHER = "slot", "further"
"""The one meal of an elder's day and meal period that a scan makes; any further one, at full price."""
