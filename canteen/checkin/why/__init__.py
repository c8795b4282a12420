"""Why a meal cost its elder what it did: the rule, the notice, the facts with their evidence, the limits.

All of it is read from what was kept with the meal and from the rows that stood before it; where these disagree, or
something is gone, the page says so and guesses nothing.
"""
