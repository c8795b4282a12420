"""The people who work here: who they are, what they are trusted with, how they sign in.

A login, a name, one role, a password kept as argon2. Nobody is deleted: a person who leaves is dismissed,
since the papers name them. Raising the sign-in version ends every sign-in of a person at once, on every
computer. Where a person works is the canteens' matter.
"""
