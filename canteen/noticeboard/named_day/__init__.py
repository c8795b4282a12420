"""您的一餐: one picture of a named day, when it is over.

A card is made once, after the day, from what the ledger and the menu say, and is kept: what was forwarded and what the
page shows stay the same. A correction makes a further card; the earlier ones stay with their check codes.
"""
