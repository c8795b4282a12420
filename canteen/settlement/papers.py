"""From what was sealed to the paper that is printed: a pure function, so a sealed month prints the same for ever."""

import json
from dataclasses import replace
from typing import Any, cast

from canteen.documents.papers import SealedPaper
from canteen.documents.sealed import paper_from_json
from canteen.settlement.sealing import canonical


def paper_of(sealed_json: str, seal_sha256: str, check_code: str) -> SealedPaper:
    """The paper of a sealed statement, its heading with seal, check code and the address that verifies it."""
    document: dict[str, Any] = json.loads(sealed_json)
    paper = cast(SealedPaper, paper_from_json(canonical(document["paper"]).encode()))
    heading = replace(
        paper.heading,
        seal_sha256=seal_sha256,
        check_code=check_code,
        verify_url=verify_url(document["host"], paper.heading.number, check_code),
    )
    return replace(paper, heading=heading)


def verify_url(host: str, number: str, check_code: str) -> str:
    """Where a paper is verified. The code stands behind the #, so no server is ever sent it by opening the page."""
    return f"https://{host}/verify/{number}#{check_code}" if host else ""
