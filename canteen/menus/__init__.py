"""Morning: what is cooked today, in words, and what the set meal costs.

A menu belongs to one meal period of one day. A draft is the kitchen's own; a published one is for till and
families, and its price is that of the set meal. A day that is over is never written again.
"""
