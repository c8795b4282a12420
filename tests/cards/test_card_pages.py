"""The pages of cards: status and buttons for one elder, printing for many; only for one's own canteen."""

import re

from flask import Flask
from signing_in import Browser, make_staff, sign_in_as

from canteen.canteens import services as canteens
from canteen.cards import queries
from canteen.core.roles import Role
from canteen.db import reading, transaction
from tests.factories import make_canteen, make_elder

CODE = re.compile(r'class="once"[^>]*>(\d{6})<')


def office_of(app: Flask, canteen_id: int, role: Role = Role.MANAGER) -> Browser:
    staff_id = make_staff(role)
    with transaction() as session:
        canteens.assign(session, staff_id, canteen_id)
    return sign_in_as(app, role, staff_id)


def test_a_card_is_issued_lost_lifted_and_replaced_at_the_counter(app: Flask) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id, "王秀英")
    counter = office_of(app, canteen_id, Role.CASHIER)
    box = f"/cards/{elder.ref}"

    issued = counter.send(f"{box}/issue", page=box)
    assert issued.status_code == 200 and CODE.search(issued.text)
    assert not CODE.search(counter.get(box).text)
    assert "挂失" in counter.get(box).text

    assert counter.send(f"{box}/lost", page=box).status_code == 303
    assert "解挂" in counter.get(box).text
    counter.send(f"{box}/lift", page=box)
    counter.send(f"{box}/replace", page=box)

    with reading() as session:
        cards = queries.cards_of(session, elder.id)
        assert [(card.issue_no, card.state) for card in cards] == [(2, "active"), (1, "replaced")]


def test_a_new_family_code_is_shown_once(app: Flask) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id)
    counter = office_of(app, canteen_id)
    box = f"/cards/{elder.ref}"
    counter.send(f"{box}/issue", page=box)

    shown = counter.send(f"{box}/family-code", page=box)

    assert CODE.search(shown.text) and not CODE.search(counter.get(box).text)
    assert counter.send(f"{box}/unlock", page=box).status_code == 303


def test_an_elder_of_another_canteen_is_not_found(app: Flask) -> None:
    mine, other = make_canteen("beimen"), make_canteen("nanmen")
    elder = make_elder(other)
    counter = office_of(app, mine)

    for path in (f"/cards/{elder.ref}", f"/wallets/{elder.ref}"):
        assert counter.get(path).status_code == 404


def test_cards_are_issued_to_all_and_marked_as_printed(app: Flask) -> None:
    canteen_id = make_canteen("beimen")
    for name in ("王秀英", "李建国"):
        make_elder(canteen_id, name)
    office = office_of(app, canteen_id)

    assert "还有 2 位老人没有卡" in office.get("/cards").text
    office.send("/cards/issue", {"canteen": "beimen"}, page="/cards")
    waiting = office.get("/cards").text
    assert "王秀英" in waiting and "打印 2 张卡" in waiting
    last_id = re.search(r'name="last_id" value="(\d+)"', waiting)
    assert last_id
    form = {"canteen": "beimen", "new": "1", "community": "", "last_id": last_id[1]}
    office.send("/cards/printed", form, page="/cards")

    assert "没有要打印的卡" in office.get("/cards").text
    assert "王秀英" in office.get("/cards?canteen=beimen&new=").text


def test_the_sheet_and_the_slips_come_as_pdf(sqlite_app: Flask) -> None:
    canteen_id = make_canteen("beimen")
    make_elder(canteen_id, "王秀英")
    office = office_of(sqlite_app, canteen_id)
    office.send("/cards/issue", {"canteen": "beimen"}, page="/cards")
    form = {"canteen": "beimen", "new": "1", "community": ""}

    sheet = office.send("/cards/sheet.pdf", form, page="/cards")
    slips = office.send("/cards/slips.pdf", form, page="/cards")
    again = office.send("/cards/slips.pdf", form, page="/cards")

    assert sheet.data.startswith(b"%PDF") and slips.data.startswith(b"%PDF")
    assert again.status_code == 409 and "都已经有家庭码" in again.text


def test_an_elder_without_a_card_has_nothing_to_print(sqlite_app: Flask) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id)
    counter = office_of(sqlite_app, canteen_id)

    answer = counter.send(f"/cards/{elder.ref}/card.pdf", page=f"/cards/{elder.ref}")

    assert answer.status_code == 409 and "还没有卡" in answer.text


def test_an_officer_prints_no_cards(sqlite_app: Flask) -> None:
    make_canteen()

    assert sign_in_as(sqlite_app, Role.OFFICER).get("/cards").status_code == 403
