"""更正单: a meal or a top-up that was a mistake, put right later, from the office, with a reason.

Nothing is edited and nothing is deleted: the mirror of what was booked is posted, and each of the two names the
other. Where the month is closed the mirror counts in the month that is open, as an adjustment, and the page says so.
"""
