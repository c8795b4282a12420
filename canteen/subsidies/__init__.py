"""Programmes: the published rules by which a meal's price is divided, and where each governs.

A programme comes in as a file, is checked whole, and is kept exactly as it was written. Its versions are
never edited; a canteen is bound to one programme on a day. The vocabularies that rules speak in stand here
too: the categories of elders, and the official working days.

Promise: what was divided once is divided the same for ever, since the version that did it never changes.
"""
