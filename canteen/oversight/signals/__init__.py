"""Signals: patterns in what was recorded that a person should look at. They ask, and never accuse.

A rule is a name with a threshold and a finder. New rules are added to `rules.RULES` and `finders.FINDERS`; nothing
else has to know them but their words.
"""
