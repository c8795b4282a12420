"""What everyone may see: so far the page that a card's QR opens.

It tells a canteen, its week's menu and its telephone to whoever holds a card, and an elder's own meals and
balance to the family that also has the six-digit code. Reading it changes nothing and never counts as a meal.
"""
