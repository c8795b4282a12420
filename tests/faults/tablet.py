"""A tablet that keeps to the check-in protocol to the letter, without a screen.

A scan id is made once; a record is on the disk before anything is sent or shown; the decision changes once; an
answered record is kept until the server says that it is backed up, under the same epoch. What is planted as a bug
overrides one of the small methods (`tablet_bugs`).
"""

import hashlib
import http.client
import json
import random
import secrets
import threading
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from canteen.checkin.records import SERVED
from tests.faults.disk import Disk
from tests.faults.holdings import (
    Answer,
    Held,
    Killed,
    Letter,
    Record,
    Refused,
    Seen,
    SheetLine,
    Shown,
    Unreachable,
    instant_text,
    who,
)  # fmt: skip
from tests.faults.serve import LunchClock

MOST = 500
CUTS_TO_LOCAL = 3
PROBE_S = 0.3


class Tablet:
    """One tablet with its disk, its sheet and its way to the server."""

    def __init__(
        self, name: str, bearer: str, disk: Disk, port: int, sheet: dict[str, SheetLine], district: set[str],
        clock: LunchClock, seed: str, patience_s: float,
    ) -> None:  # fmt: skip
        self.name = name
        self.bearer = bearer
        self.disk = disk
        self.port = port
        self.sheet = sheet
        self.district = district
        self.clock = clock
        self.random = random.Random(seed)
        self.patience_s = patience_s
        self.seen = Seen()
        self.offset = timedelta(0)
        self.dies_at: str | None = None
        self._pen = threading.Lock()
        self.boot()

    def boot(self) -> None:
        """Begin anew from what is on the disk."""
        self.boot_id = f"{self.random.getrandbits(64):016x}"
        self.booted_s = time.monotonic()
        self.seq = 0
        self.anchor: str | None = None
        self.epoch: int | None = None
        self.cuts = 0
        self.probed_s = 0.0
        self.most = MOST
        self.held: dict[str, Held] = {}
        self.letters: dict[str, Letter] = {}
        self.served: dict[str, str] = {}
        for line in self.disk.read():
            self._recall(line)
        self.disk.sync()

    def _recall(self, line: dict[str, Any]) -> None:
        what = line["do"]
        if what == "keep":
            self._hold(line["record"], None)
        elif what == "decide" and line["scan_id"] in self.held:
            held = self.held[line["scan_id"]]
            held.record |= line["how"]
            held.is_answered, held.commit_no = False, None
        elif what == "answered" and line["scan_id"] in self.held:
            held = self.held[line["scan_id"]]
            held.is_answered, held.commit_no, self.epoch = True, line["commit_no"], line["epoch"]
        elif what == "drop":
            self.held.pop(line["scan_id"], None)
        elif what == "again":
            self.epoch = line["epoch"]
            self._push_all_again()
        elif what == "letter":
            self.letters[line["key"]] = Letter(line["path"], line["key"], line["body"])
        elif what == "posted":
            self.letters.pop(line["key"], None)

    def _hold(self, record: Record, token: str | None) -> None:
        self.held[record["scan_id"]] = Held(dict(record), token)
        if record["decision"] in SERVED:
            self.served[who(record)] = record["scan_id"]

    def now(self) -> datetime:
        """What the tablet's own clock says."""
        return self.clock.now() + self.offset

    @property
    def unsent(self) -> list[Held]:
        """What has no answer yet, in order."""
        return [held for held in list(self.held.values()) if not held.is_answered]

    @property
    def is_local(self) -> bool:
        """Whether it decides by itself at once, since too many answers did not come."""
        return self.cuts >= CUTS_TO_LOCAL and time.monotonic() - self.probed_s < PROBE_S

    # Scanning

    def scan(
        self, token: str | None = None, elder_ref: str | None = None, how: Record | None = None,
        patience_s: float | None = None, asks: bool = False,
    ) -> str:  # fmt: skip
        """One scan from the code to what is shown; answers its id. `asks`: try the server whatever came before."""
        record = self._record(token, elder_ref) | (how or {})
        scan_id: str = record["scan_id"]
        self._live("before-keep")
        is_local = self.is_local and not asks and record["decision"] == "ONLINE"
        if is_local:
            record |= self.decide(record)
        self.keep(record, token)
        self._live("after-keep")
        if is_local:
            self._show(record, "tablet", record.get("shown_elder_fen"))
            return scan_id
        result = self._ask(scan_id, self.patience_s if patience_s is None else patience_s)
        if result is not None:
            self._show_answer(record, result)
        elif record["decision"] == "ONLINE":
            self.change(scan_id, self.decide(record))
            self._live("after-decide")
            self._show(self.held[scan_id].record, "tablet", self.held[scan_id].record.get("shown_elder_fen"))
        else:
            self._show(record, "tablet", record.get("shown_elder_fen"))
        return scan_id

    def serve_anyway(self, scan_id: str) -> None:
        """The cashier's word after a no: the elder eats, the office sees to it."""
        held = self.held.get(scan_id)
        if held is not None and held.record["decision"] == "ONLINE":
            self.change(scan_id, {"decision": "SERVED_ANYWAY", "note": "serve"})
            self._show(held.record, "tablet", None)

    def keep(self, record: Record, token: str | None) -> None:
        """Onto the disk, before anything is sent or shown."""
        self.seen.offsets.setdefault(record["scan_id"], set()).add(self.offset)
        self.disk.write({"do": "keep", "record": record})
        self.disk.sync()
        self._hold(record, token)

    def change(self, scan_id: str, how: Record) -> None:
        """The tablet's own decision, once, onto the disk before it is shown."""
        held = self.held[scan_id]
        assert held.record["decision"] == "ONLINE", "a decision changes once"
        self.disk.write({"do": "decide", "scan_id": scan_id, "how": how})
        self.disk.sync()
        held.record |= how
        held.is_answered, held.commit_no = False, None
        if how["decision"] in SERVED:
            self.served[who(held.record)] = scan_id

    def decide(self, record: Record) -> Record:
        """What the sheet says, by the rules of the offline part."""
        line = self.sheet.get(who(record))
        if record.get("price_basis") == "full":
            return {"decision": "FULL_PRICE", "shown_elder_fen": record.get("shown_elder_fen")}
        if line is None:
            is_guest = record.get("token_sha256") in self.district
            return {"decision": "GUEST"} if is_guest else {"decision": "SERVED_ANYWAY", "note": "name"}
        if line.is_revoked or who(record) in self.served:
            return {"decision": "REFUSED"}
        accepted = {"decision": "ACCEPTED", "shown_elder_fen": line.elder_fen, "price_basis": "subsidised"}
        if line.elder_fen <= line.wallet_offline_fen:
            return accepted | {"tender": "wallet"}
        return accepted | {"tender": "cash", "cash_taken_fen": line.elder_fen}

    def _record(self, token: str | None, elder_ref: str | None) -> Record:
        self.seq += 1
        named = f"{self.name}:{self.boot_id}:{self.seq}"
        record: Record = {
            "scan_id": hashlib.sha256(named.encode()).hexdigest()[:32], "boot_id": self.boot_id, "seq": self.seq,
            "meal_period": "lunch", "channel": "dine-in", "seen_at": instant_text(self.now()),
            "mono_ms": round((time.monotonic() - self.booted_s) * 1000), "anchor": self.anchor,
            "decision": "ONLINE", "shown_elder_fen": None, "note": None,
        }  # fmt: skip
        if token is not None:
            return record | {"token_sha256": hashlib.sha256(token.encode()).hexdigest()}
        return record | {"elder_ref": elder_ref}

    def _show_answer(self, record: Record, result: Answer) -> None:
        is_green = result["state"] == "MEAL"
        if is_green:
            self.served[who(record)] = record["scan_id"]
        if record["decision"] in SERVED:
            # It was served already, at the price that was shown then.
            self._show(record, "tablet", record.get("shown_elder_fen"))
        else:
            self.seen.shown.append(Shown(record["scan_id"], is_green, "server", result.get("elder_fen")))

    def _show(self, record: Record, by: str, elder_fen: int | None) -> None:
        shown = Shown(record["scan_id"], record["decision"] in SERVED, by, elder_fen)
        self.seen.shown.append(shown)

    def _live(self, point: str) -> None:
        if self.dies_at == point:
            self.dies_at = None
            raise Killed(point)

    # Sending

    def _ask(self, scan_id: str, patience_s: float) -> Answer | None:
        held = self.held[scan_id]
        try:
            results = self.deliver([held], patience_s)
        except (Unreachable, Refused):
            self.cuts += 1
            self.probed_s = time.monotonic()
            return None
        self.cuts = 0
        return results.get(scan_id)

    def sync(self, how: str = "plain", patience_s: float = 5.0) -> bool:
        """Send what waits; whether all of it went. `how`: plain, shuffled, repeated, overlapping."""
        waiting = self.unsent
        if how == "repeated":
            waiting = list(self.held.values())
        if how in ("shuffled", "overlapping"):
            self.random.shuffle(waiting)
        waiting = waiting[: self.most]
        if how == "overlapping" and len(waiting) > 1:
            middle = len(waiting) // 3
            return self._both(waiting[: 2 * middle + 1], waiting[middle:], patience_s)
        return self._try(waiting, patience_s)

    def _both(self, first: Sequence[Held], second: Sequence[Held], patience_s: float) -> bool:
        """Two tabs, or a page and its worker, send parts of the same at once."""
        went: list[bool] = []
        other = threading.Thread(target=lambda: went.append(self._try(second, patience_s)))
        other.start()
        went.append(self._try(first, patience_s))
        other.join()
        return all(went)

    def _try(self, batch: Sequence[Held], patience_s: float) -> bool:
        if not batch:
            return True
        try:
            self.deliver(batch, patience_s)
        except Refused as refused:
            self.on_refused(batch, refused)
            return False
        except Unreachable:
            return False
        self.cuts = 0
        return True

    def on_refused(self, batch: Sequence[Held], refused: Refused) -> None:
        """A batch that the server does not take stays, and goes out again in smaller ones."""
        self.most = max(1, min(self.most, len(batch)) // 2)

    def deliver(self, batch: Sequence[Held], patience_s: float) -> dict[str, Answer]:
        """Send records, take up their answers, and give those by scan id."""
        sent = [self.outgoing(held) for held in batch]
        for record in sent:
            self.seen.offsets.setdefault(record["scan_id"], set()).add(self.offset)
        answer = self._post("/api/v1/scans", {"sent_at": instant_text(self.now()), "records": sent}, patience_s)
        if not isinstance(answer.get("results"), list):
            raise Unreachable("an answer to something else")
        self.most = MOST
        return self._take(sent, answer)

    def outgoing(self, held: Held) -> Record:
        """The record as it goes out: live with the code, later with its hash alone."""
        record = dict(held.record)
        if held.token is not None and "token_sha256" in record and record["decision"] == "ONLINE":
            del record["token_sha256"]
            record["token"] = held.token
        return record

    def _take(self, sent: Sequence[Record], answer: Answer) -> dict[str, Answer]:
        with self._pen:
            self.anchor = answer["anchor"]
            if self.epoch is not None and answer["epoch"] > self.epoch:
                self.on_new_epoch(answer["epoch"])
            self.epoch = answer["epoch"] if self.epoch is None else self.epoch
            found = self.match(sent, answer["results"])
            for record in sent:
                if record["scan_id"] in found and answer["epoch"] == self.epoch:
                    self._settle(record, found[record["scan_id"]])
            self.let_go(answer["backed_up_through"], answer["epoch"])
            self.disk.sync()
        return found

    def match(self, sent: Sequence[Record], results: Sequence[Answer]) -> dict[str, Answer]:
        """Which answer is whose: by the scan id, never by the place."""
        mine = {record["scan_id"] for record in sent}
        return {result["scan_id"]: result for result in results if result["scan_id"] in mine}

    def _settle(self, record: Record, result: Answer) -> None:
        scan_id, held = record["scan_id"], self.held.get(record["scan_id"])
        self.seen.answers.append((self.epoch or 0, scan_id, record["decision"], result))
        if held is None or held.record["decision"] != record["decision"]:
            return  # an answer to what this record was before the tablet decided
        held.is_answered, held.commit_no = True, result["commit_no"]
        self.disk.write(
            {"do": "answered", "scan_id": scan_id, "commit_no": held.commit_no, "epoch": self.epoch}
        )

    def on_new_epoch(self, epoch: int) -> None:
        """The server was restored: all that is still held goes out again."""
        self.epoch = epoch
        self.disk.write({"do": "again", "epoch": epoch})
        self._push_all_again()

    def _push_all_again(self) -> None:
        for held in self.held.values():
            held.is_answered, held.commit_no = False, None

    def let_go(self, backed_up_through: int, epoch: int) -> None:
        """Forget what is inside a backup."""
        if epoch != self.epoch:
            return
        for scan_id, held in list(self.held.items()):
            if held.commit_no is not None and held.commit_no <= backed_up_through:
                self._drop(scan_id)

    def _drop(self, scan_id: str) -> None:
        self.disk.write({"do": "drop", "scan_id": scan_id})
        del self.held[scan_id]

    # Letters: cancels, cash meals, top-ups

    def write_letter(self, path: str, key: str, body: dict[str, Any]) -> None:
        """Keep an act durably until it is answered."""
        self.disk.write({"do": "letter", "path": path, "key": key, "body": body})
        self.disk.sync()
        self.letters[key] = Letter(path, key, body)

    def new_key(self) -> str:
        """An id for a letter."""
        return f"{self.random.getrandbits(128):032x}"

    def cancel(self, scan_id: str) -> None:
        """Take back a scan of this tablet."""
        key = self.new_key()
        body = {"cancel_id": key, "reason": "undo", "seen_at": instant_text(self.now())}
        self.write_letter(f"/api/v1/scans/{scan_id}/cancel", key, body)
        record = self.held[scan_id].record if scan_id in self.held else None
        if record is not None:
            self.served.pop(who(record), None)

    def post_letters(self, patience_s: float = 5.0) -> bool:
        """Post what is written, in order; whether all of it is answered."""
        for letter in list(self.letters.values()):
            try:
                answer = self._post(letter.path, letter.body, patience_s)
            except Refused as refused:
                if refused.status not in (404, 409):
                    return False
                self.seen.refused.add(letter.key)
                answer = {"id": letter.key}
            except Unreachable:
                return False
            if letter.key not in (answer.get("id"), answer.get("cancel_id")):
                return False
            self.disk.write({"do": "posted", "key": letter.key})
            self.disk.sync()
            self.seen.paid.append(letter.key)
            del self.letters[letter.key]
        return True

    def is_answer_to(self, mark: str, given_back: str | None) -> bool:
        """Whether an answer is one to this request, and not one that a proxy had kept."""
        return given_back in (mark, None)

    def _post(self, path: str, body: object, patience_s: float) -> Answer:
        mark = secrets.token_hex(8)
        headers = {"Authorization": f"Bearer {self.bearer}", "Content-Type": "application/json", "X-Request-Id": mark}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience_s)
        try:
            connection.request("POST", path, json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status >= 500:
                self.seen.failures.append(f"{path}: {answer.status} {text[:300]!r}")
            if not self.is_answer_to(mark, answer.getheader("X-Request-Id")):
                raise Unreachable("an answer to something else")
            if answer.status != 200:
                raise Refused(answer.status, text)
            read: Answer = json.loads(text)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unreachable(str(error)) from error
        finally:
            connection.close()
        return read
