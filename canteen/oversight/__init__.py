"""The day after: what the system could not decide by itself, decided by a person.

A record that waits (an EXCEPTION) is served food of which nobody knows yet who pays. A *ruling* is a new record
with a reason; it can be taken back while the month is open. What is observed is always what is payable, what is not
payable, and what is under review, for every canteen and every day.
"""
