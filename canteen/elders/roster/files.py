"""What kind of file this is, by what is in it and never by its name."""

from canteen.elders.roster.cells import Sheet
from canteen.elders.roster.delimited import read_delimited
from canteen.elders.roster.findings import RosterRefused
from canteen.elders.roster.workbook import read_workbook

SIZE_LIMIT = 30 * 2**20

PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF")
COMPOUND_FILE = b"\xd0\xcf\x11\xe0"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")


def read_sheets(data: bytes) -> list[Sheet]:
    """The sheets of a roster, unread as yet; raises `RosterRefused` with what to do."""
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise RosterRefused("empty")
    if len(data) > SIZE_LIMIT:
        raise RosterRefused("too-large", limit=str(SIZE_LIMIT // 2**20))
    if data.startswith(b"PK"):
        return read_workbook(data)
    if data.startswith(COMPOUND_FILE):
        raise RosterRefused("encrypted" if ENCRYPTED_STREAM in data else "old-excel")
    if data.startswith(b"%PDF"):
        raise RosterRefused("pdf")
    if _is_picture(data):
        raise RosterRefused("picture")
    return read_delimited(data)


def _is_picture(data: bytes) -> bool:
    # A text may begin with BM or RIFF; only a picture goes on with bytes that no text has.
    return data.startswith(PICTURES) and any(byte < 9 for byte in data[:64])
