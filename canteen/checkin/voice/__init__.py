"""The till's voice: the canteen's own recordings, and what may be said and shown aloud at its counter.

A clip is kept under the key of its phrase; a tablet takes the clips with the other standing facts and speaks without
a network. Nothing here says who somebody is or what they pay.
"""
