"""Meal cards: issued, lost, lifted, replaced, closed and printed; and the family's six digits.

Words: a *serial* is the number on the card, kept for life, its last four digits are the *tail*; an *issue* is
one piece of plastic with a token of its own; the *family code* opens the elder's page beside the card.
Promises: an elder has one live card at most; a replaced token is dead at once; tokens are kept hashed.
"""
