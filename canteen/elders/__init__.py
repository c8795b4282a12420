"""Elders: who they are, what is known of them and since when, and the rosters that offices keep of them.

An *elder* is a person with one reference for life. What decides money is a *dated fact* with its
evidence: a category, a division, a living situation, a stay in hospital. A fact is ended or withdrawn,
never written over, so that any day of the past can be asked again. Identity numbers are kept encrypted
under a key that is not in the database, found through a keyed index, and shown masked; whoever looks at a
whole one leaves a trace.
"""
