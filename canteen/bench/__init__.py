"""Benchmarks: each figure is a ratio to a yardstick run in turn with it, in databases of their own.

Absolute times differ from machine to machine and hour to hour, so a cell runs A B A B, at least five pairs, and
reports the median of the pairwise ratios with minimum and maximum.  After each run `canteen verify` must find
nothing, or the figure does not count.
"""
