"""Numbers as papers carry them: receipts, bank transactions, filings."""

import re
import unicodedata

RECEIPT = re.compile(r"[0-9A-Z-]{1,20}")
BANK_NO = re.compile(r"[0-9A-Z-]{1,64}")
FILING = re.compile(r"[0-9A-Z-]{6,40}")


def number(written: str) -> str:
    """A number in half width and capitals, without blanks: two ways of typing one paper are one number."""
    return "".join(unicodedata.normalize("NFKC", written).split()).upper()
