"""Who stands at the till, and what lies in its drawer at the end.

A *shift* opens with a staff badge, on or offline; the next badge takes over without closing it. The *cash close*
(日结) ends one till's cash and shift, never the check-in: a meal after it opens a late shift by itself.

A canteen works without shifts until it has badges: as long as nobody who works there holds a badge and no shift
was ever opened there, a card is served at once, scans carry no shift, and 还没开班 (R24) is never said. So the first
day needs no preparation, and a till that was enrolled a minute ago serves. The cash close works either way.

Promises: a scan, and an entry that moves cash at a till, belongs to exactly one cash close (the database says so);
an event or a close that is sent again gets the same answer; nothing that a close counted is ever changed.
"""
