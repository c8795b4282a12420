"""Noon: a card is held up, the price is divided, the meal is recorded.

A *scan* is what happened, a *meal* with its *shares* is what is payable; they are kept apart. Every record of a
tablet ends as exactly one outcome, whoever sends it, in whatever order and however often.

The way of one scan: `records` reads it, `facts` (PostgreSQL or SQLite) locks and gathers what is known, `deciding`
says what becomes of it (pure), `rows` writes that down as rows, and the same database part commits them. `services`
tells the story.

Promises: one slot meal per elder, day and meal period. The same scan id gets the same answer for ever. Nothing is
answered before its commit is durable.
"""
