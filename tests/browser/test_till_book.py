"""The tablet's book and its list of cards, in a real browser, read from what the server really answers."""

import base64
import hashlib
from random import Random
from typing import Any

from playwright.sync_api import Page

from canteen.checkin.sheet import hashes
from canteen.db import transaction
from canteen.elders.models import Elder
from canteen.menus.models import Menu
from tests.browser.conftest import Live
from tests.checkin.crowded import Crowded, crowded_canteen, sha256
from tests.factories import (
    TODAY,
    batch,
    bind_programme,
    enrol_device,
    four_yuan,
    issue_card,
    make_canteen,
    make_elder,
    publish_menu,
    scan,
)

LUNCH = ("2026-11-20", "lunch")
READ = """
  const { Book } = await import("/static/js/checkin/book.js");
  const { CardHashes } = await import("/static/js/checkin/hashes.js");
  const ask = (path) => fetch(`/api/v1/${path}`, { headers: { Authorization: `Bearer ${given.bearer}` } });
  const sheet = async (since) => (await ask("day-sheet" + (since ? `?since=${since}` : ""))).json();
"""


def run(page: Page, live: Live, bearer: str, script: str, **given: Any) -> Any:
    """Run a script in the page that knows the book and how to ask for a sheet."""
    if not page.url.startswith(live.address):
        page.goto(f"{live.address}/static/js/checkin/book.js")
    return page.evaluate(f"async (given) => {{ {READ} {script} }}", given | {"bearer": bearer})


def test_the_book_knows_who_may_eat_and_what_they_pay(page: Page, live: Live) -> None:
    canteen_id = make_canteen()
    bind_programme(canteen_id, four_yuan())
    elder = make_elder(canteen_id, "欧阳秀英", balance_fen=50_000, diet="软食、花生过敏", initials=" OXY OYXY ")
    make_elder(canteen_id, "王秀英", initials=" WXY ")
    token = issue_card(elder.id)
    publish_menu(canteen_id, "红烧带鱼\n番茄炒蛋", 1800)
    tablet = enrol_device(canteen_id)

    found = run(page, live, tablet.bearer, """
      const book = Book.read(await sheet());
      const elder = book.ofCard(given.card);
      return {
        elder, same: book.elder(elder.ref).name, nobody: [book.ofCard("00".repeat(32)), book.elder("x")],
        answer: book.answer(elder, ...given.lunch), none: book.answer(elder, "2026-11-30", "lunch"),
        period: book.period(...given.lunch), canteen: book.canteen, size: book.size, window: book.window,
        regulars: book.regulars(...given.lunch), badge: book.badge("00".repeat(32)),
      };
    """, card=sha256(token), lunch=LUNCH)  # fmt: skip

    assert found["elder"] == {
        "ref": elder.ref, "name": "欧阳秀英", "address": "欧阳奶奶", "age_years": 80, "tail": "0318",
        "labels": ["软食", "花生过敏"], "hint": None, "wallet_offline_fen": 1600, "low": False, "served": [],
    }  # fmt: skip
    assert (found["same"], found["nobody"]) == ("欧阳秀英", [None, None])
    assert found["answer"] == {"elder_fen": 800, "payers": ["政府"], "left": [{"text": "今天", "meals": 1}]}
    assert found["none"] is None
    assert found["period"] == {
        "on": "2026-11-20", "meal_period": "lunch", "name": "午餐", "hours": ["10:30", "13:00"], "price_fen": 1800,
        "menu": "红烧带鱼、番茄炒蛋", "dishes": ["红烧带鱼", "番茄炒蛋"], "sold_out": False, "strip": None, "strip_sponsors": None,
        "used_up": [], "booked": None,
    }  # fmt: skip
    assert (found["canteen"], found["size"], found["window"]) == ({"code": "beimen", "name": "北门社区食堂"}, 2, "一号窗口")
    assert (found["regulars"], found["badge"]) == ([], None)


def test_an_elder_is_found_by_tail_initials_and_characters(page: Page, live: Live) -> None:
    canteen_id = make_canteen()
    named = {"欧阳秀英": " OXY OYXY ", "欧秀": " OX ", "单玉兰": " CYL DYL SYL ", "王秀英": " WXY ", "王秀": " WX "}
    elders = {name: make_elder(canteen_id, name, initials=keys) for name, keys in named.items()}
    for elder in elders.values():
        issue_card(elder.id)
    tablet = enrol_device(canteen_id)
    typed = ["O", "oy", "Ｏｙ", "ox", "syl", "dyl", "秀英", "阳", "0318", "8", "zz", " ", "王"]

    found = run(page, live, tablet.bearer, """
      const book = Book.read(await sheet());
      return given.typed.map((typed) => book.find(typed).map((elder) => elder.name));
    """, typed=typed)  # fmt: skip

    by_typed = dict(zip(typed, found, strict=True))
    assert by_typed["O"] == ["欧秀", "欧阳秀英"]
    assert by_typed["oy"] == by_typed["Ｏｙ"] == ["欧阳秀英"]
    assert by_typed["ox"] == ["欧秀", "欧阳秀英"]
    assert by_typed["syl"] == by_typed["dyl"] == ["单玉兰"]
    assert by_typed["秀英"] == ["欧阳秀英", "王秀英"]
    assert by_typed["阳"] == by_typed["0318"] == by_typed["8"] == ["欧阳秀英"]
    assert by_typed["zz"] == by_typed[" "] == []
    assert by_typed["王"] == ["王秀", "王秀英"]


TOLD = """
  const told = (book) => JSON.stringify([
    [...book.byRef.keys()].sort().map((ref) => [book.elder(ref), book.slots.map((slot) => book.answer({ ref }, ...slot.split("/")))]),
    book.slots.map((slot) => book.period(...slot.split("/"))), book.version, book.canteen, book.days, book.size,
    book.slots.map((slot) => book.regulars(...slot.split("/")).map((elder) => elder.ref)),
  ]);
"""


def test_a_merged_delta_says_what_the_whole_sheet_says(page: Page, live: Live) -> None:
    big = crowded_canteen(60)
    bearer = big.tablet.bearer
    page.goto(f"{live.address}/static/js/checkin/book.js")
    run(page, live, bearer, "window.book = Book.read(await sheet());")

    for step in range(3):
        _happen(live, big, step)
        merged, whole, again, rows = run(page, live, bearer, TOLD + """
          const delta = await sheet(window.book.version);
          if (delta.since === null) throw new Error("no delta");
          window.book = window.book.merged(delta);
          const stored = Book.read(JSON.parse(JSON.stringify(window.book.document)));
          const whole = Book.read(await sheet());
          return [told(window.book), told(whole), told(stored), [window.book, whole].map((book) => book.document.rows.length)];
        """)  # fmt: skip
        assert merged == whole == again
        assert rows[0] == rows[1]

    refused = run(page, live, bearer, """
      try { window.book.merged({ since: "another" }); } catch (error) { return error.constructor.name; }
    """)
    assert refused == "OtherVersion"


def _happen(live: Live, big: Crowded, step: int) -> None:
    client = live.app.test_client()
    records = [scan(token) for token in big.tokens[5 * step : 5 * step + 5]]
    assert client.post("/api/v1/scans", json=batch(*records), headers=big.tablet.headers).status_code == 200
    make_elder(big.canteen_id, f"新来{step}", balance_fen=100)
    with transaction() as session:
        session.get_one(Elder, big.elder_ids[30 + step]).died_on = TODAY
        if step == 1:
            session.get_one(Menu, 9).price_fen = 1300


def test_a_sheet_of_fifteen_hundred_is_read_quickly_by_a_slow_tablet(page: Page, live: Live) -> None:
    big = crowded_canteen(1500, history=1)
    run(page, live, big.tablet.bearer, "window.text = JSON.stringify(await sheet());")
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})

    took = run(page, live, big.tablet.bearer, """
      const took = [];
      for (let round = 0; round < 8; round += 1) {
        const began = performance.now();
        const book = Book.read(JSON.parse(window.text));
        book.ofCard(given.card);
        took.push(performance.now() - began);
      }
      return took;
    """, card=sha256(big.tokens[700]))  # fmt: skip

    assert min(took) < 300


def test_a_card_of_the_district_is_known_by_its_hash(page: Page, live: Live) -> None:
    random = Random(5)
    cards = [f"{random.getrandbits(256):064x}" for _ in range(20_000)]
    kinds = ["valid", "lost", "replaced", "ask"]
    whole = hashes.pack([(bytes.fromhex(card[:16]), kinds[at % 4]) for at, card in enumerate(cards)], "1-100")
    news = [(cards[0], "lost"), (cards[1], "valid"), (hashlib.sha256(b"new").hexdigest(), "valid")]
    delta = hashes.pack([(bytes.fromhex(card[:16]), kind) for card, kind in news], "1-200", "1-100")
    empty = hashes.pack([], "1-300", "1-200")

    found = run(page, live, "", """
      const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0)).buffer;
      const first = CardHashes.read(bytes(given.whole));
      const second = first.merged(bytes(given.delta));
      const third = second.merged(bytes(given.empty));
      const asked = [...given.cards, "00".repeat(32)];
      const refused = [given.delta, given.whole.slice(0, 400), btoa("{}")].map((text) => {
        try { second.merged(bytes(text)); } catch (error) { return error.constructor.name; }
      });
      return {
        first: asked.map((card) => first.look(card)), second: asked.map((card) => second.look(card)),
        third: asked.map((card) => third.look(card)), versions: [first.version, second.version, third.version],
        sizes: [first.size, second.size, CardHashes.read(third.buffer).size], refused,
      };
    """, whole=_text(whole), delta=_text(delta), empty=_text(empty), cards=[*cards[:6], news[2][0]])  # fmt: skip

    assert found["first"] == ["valid", "lost", "replaced", "ask", "valid", "lost", None, None]
    assert found["second"] == ["lost", "valid", "replaced", "ask", "valid", "lost", "valid", None]
    assert found["third"] == found["second"]
    assert found["versions"] == ["1-100", "1-200", "1-300"]
    assert found["sizes"] == [20_000, 20_001, 20_001]
    assert found["refused"] == ["WrongFile", "WrongFile", "WrongFile"]


def _text(file: bytes) -> str:
    return base64.b64encode(file).decode()
