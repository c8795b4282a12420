"""The journal: double entry in whole fen, append-only.

Words: account, entry, posting, reversal, closed month.
Promises: every entry's postings sum to zero; nothing is edited or deleted, a correction posts the mirror; nothing is
booked into a closed month.
"""
