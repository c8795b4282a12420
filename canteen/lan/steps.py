"""What the page of steps says, and the profile by which an iPad takes in our authority."""

import json
import plistlib
import uuid
from dataclasses import dataclass

from canteen.config import Settings
from canteen.lan.addresses import in_address, lan_addresses

NAMESPACE = uuid.UUID("7d3c1ab4-6f0e-4e55-9a67-2c5f4f1f0b11")
PORTS = "lan.json"
DEFAULT_PORT, DEFAULT_STEPS_PORT = 8000, 8080


@dataclass(frozen=True, slots=True)
class Ports:
    """Where `serve --lan` listens: the till by https, the steps by plain http."""

    till: int
    steps: int


def keep_ports(settings: Settings, ports: Ports) -> None:
    """Remember where the server listens, for the pages that tell it to a tablet."""
    (settings.home / PORTS).write_text(json.dumps({"till": ports.till, "steps": ports.steps}), encoding="ascii")


def ports_of(settings: Settings) -> Ports:
    """Where the server listens, or last did."""
    path = settings.home / PORTS
    told = json.loads(path.read_text(encoding="ascii")) if path.exists() else {}
    return Ports(told.get("till", DEFAULT_PORT), told.get("steps", DEFAULT_STEPS_PORT))


def tablet_host(asked_at: str) -> str:
    """The host by which a tablet reaches this computer: as it was asked for, unless that means this computer only."""
    is_own = asked_at in ("localhost", "127.0.0.1", "[::1]")
    addresses = lan_addresses()
    return in_address(addresses[0]) if is_own and addresses else asked_at


def profile(authority: bytes, fingerprint: str, name: str) -> bytes:
    """A configuration profile for iPad and iPhone with the authority in it; `name` is how the tablet calls it."""
    return plistlib.dumps(
        {
            "PayloadType": "Configuration",
            "PayloadVersion": 1,
            "PayloadIdentifier": "canteen.lan",
            "PayloadUUID": str(uuid.uuid5(NAMESPACE, fingerprint)).upper(),
            "PayloadDisplayName": name,
            "PayloadContent": [
                {
                    "PayloadType": "com.apple.security.root",
                    "PayloadVersion": 1,
                    "PayloadIdentifier": "canteen.lan.authority",
                    "PayloadUUID": str(uuid.uuid5(NAMESPACE, f"{fingerprint}:authority")).upper(),
                    "PayloadDisplayName": name,
                    "PayloadCertificateFileName": "canteen-ca.crt",
                    "PayloadContent": authority,
                }
            ],
        }
    )
