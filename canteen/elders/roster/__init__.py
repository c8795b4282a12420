"""Rosters as offices keep them: a file's bytes become good rows, and every other row is named with its fault.

Nothing in here knows the database. `read_roster` reads all of a file and writes nothing.
"""

from canteen.elders.roster.findings import RosterFinding, RosterRefused
from canteen.elders.roster.reading import Roster, read_roster
from canteen.elders.roster.rows import RosterRow

__all__ = ["Roster", "RosterFinding", "RosterRefused", "RosterRow", "read_roster"]
