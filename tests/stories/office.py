"""What a story needs to tell itself: commands as an operator types them, days as the clock has them."""

import csv
import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from canteen.cli import main
from tests.factories import scan


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered."""

    exit_code: int
    document: Any
    messages: str


def type_command(*words: object) -> Said:
    """Type `canteen … --json`; the answer is the one JSON document on standard output."""
    result = CliRunner().invoke(main, [*map(str, words), "--json"], catch_exceptions=False)
    text = result.stdout.strip()
    return Said(result.exit_code, json.loads(text) if text else None, result.stderr)


class Calendar:
    """The clock of the story; times are the canteen's, eight hours before UTC."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch
        self.instant = ""

    def turn_to(self, local: str) -> None:
        """`2026-10-09 11:40` in Shanghai."""
        utc = datetime.fromisoformat(local).replace(tzinfo=UTC) - timedelta(hours=8)
        self.instant = utc.strftime("%Y-%m-%dT%H:%M:%SZ")
        self._patch.setenv("CANTEEN_NOW", self.instant)


class TillOf:
    """One tablet: it enrols by the code that the office reads out, and scans."""

    def __init__(self, client: FlaskClient, code: str, name: str) -> None:
        self.client = client
        answer = client.post("/api/v1/devices/enrol", json={"code": code, "name": name})
        assert answer.status_code == 200, answer.text
        self.headers = {"Authorization": f"Bearer {answer.json['token']}"}

    def scans(self, *cards: str, **changes: Any) -> list[dict[str, Any]]:
        """Scan these cards one after the other in one batch; the results in order."""
        records = [scan(card, **changes) for card in cards]
        sent_at = records[0]["seen_at"]
        answer = self.client.post(
            "/api/v1/scans", json={"sent_at": sent_at, "records": records}, headers=self.headers
        )
        assert answer.status_code == 200, answer.text
        results: list[dict[str, Any]] = answer.json["results"]
        return results

    def cancels(self, scan_id: str, cancel_id: str, reason: str = "点错人") -> Any:
        """Undo one's own scan."""
        body = {"cancel_id": cancel_id, "reason": reason, "seen_at": None}
        return self.client.post(f"/api/v1/scans/{scan_id}/cancel", json=body, headers=self.headers)


def cards_of(file: Path) -> dict[str, str]:
    """Name to the card's code, from what `canteen cards export` wrote; names that stand twice are left out."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    names = [row["name"] for row in rows]
    return {row["name"]: row["url"] for row in rows if names.count(row["name"]) == 1}


def serials_of(file: Path) -> Mapping[str, str]:
    """Name to the card's serial number."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return {row["name"]: row["serial"] for row in csv.DictReader(lines)}


def pdf_text(file: Path) -> str:
    """What stands on the pages, as a reader would copy it."""
    return subprocess.run(["pdftotext", "-layout", str(file), "-"], check=True, capture_output=True, text=True).stdout
