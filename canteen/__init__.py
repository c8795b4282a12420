"""Meal management for community canteens for the elderly.

Elders eat with a QR card; dated rules, kept as data, divide the price of each meal among
government, collective, sponsors, vouchers, the operator, families and the elder.  Every fen is
posted to a double-entry ledger, and comes back at the month's end in a sealed statement that
anyone can verify.

`core` holds the rules, pure; a folder a noun holds the rest, in the order of a canteen's day.
"""

__version__ = "0.1.0"
