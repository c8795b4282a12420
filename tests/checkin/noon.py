"""A canteen at noon, ready to serve: what most tests of check-ins begin with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from canteen.clock import now
from tests.factories import Tablet, batch, bind_programme, enrol_device, four_yuan, make_canteen, scan


@dataclass(frozen=True, slots=True)
class Noon:
    """A canteen whose programme pays 9 of 15 yuan from 65 on, 10 from 75 on, with one tablet."""

    client: FlaskClient
    canteen_id: int
    tablet: Tablet

    def send(self, *records: Any, sent_at: str | None = None, tablet: Tablet | None = None) -> list[dict[str, Any]]:
        """Send a batch and give its results."""
        headers = (tablet or self.tablet).headers
        answer = self.client.post("/api/v1/scans", json=batch(*records, sent_at=sent_at), headers=headers)
        assert answer.status_code == 200, answer.text
        results: list[dict[str, Any]] = answer.get_json()["results"]
        return results

    def serve(self, card: str, tablet: Tablet | None = None, **changes: Any) -> dict[str, Any]:
        """Send one scan of a card and give its result."""
        [result] = self.send(scan(card, **changes), tablet=tablet)
        return result


def make_noon(client: FlaskClient, programme: Mapping[str, Any] | None = None, **canteen: Any) -> Noon:
    """A canteen with a programme and a tablet."""
    canteen_id = make_canteen(**canteen)
    bind_programme(canteen_id, programme or four_yuan())
    return Noon(client, canteen_id, enrol_device(canteen_id))


def at(**earlier: int) -> str:
    """An instant so much before now, as tablets write it."""
    return (now() - timedelta(**earlier)).isoformat().replace("+00:00", "Z")


def outcome(result: Mapping[str, Any]) -> tuple[str, str | None]:
    """State and code."""
    return result["state"], result["code"]
