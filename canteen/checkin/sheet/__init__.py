"""The day sheet: what a tablet holds of its canteen for three days, and the hashes of every card of the district.

`gathering` reads, `reckoning` lets the one engine say what everybody pays, `document` writes it down briefly,
`versions` knows what a tablet has already, `services` hands it out. No rule leaves the house: only answers do.
"""
