"""Pictures for sponsors: drawn anew, shown while the consent lasts, to one sponsor, and erased when it is withdrawn."""

import io
import struct
import zlib
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from signing_in import Browser, browser, sign_in_as
from sqlalchemy import select

from canteen.core.errors import Refusal
from canteen.core.roles import Role
from canteen.db import reading
from canteen.sponsors.agreements.papers import Paper
from canteen.sponsors.links.services import revoke_link
from canteen.sponsors.pictures import queries
from canteen.sponsors.pictures.models import SponsorPicture
from canteen.sponsors.pictures.redrawing import LARGEST_BYTES, redraw
from canteen.sponsors.pictures.services import Consent, NewPicture, add_picture, withdraw_picture
from tests.factories import make_canteen, make_fund, rows
from tests.noticeboard.named_days import by_link
from tests.sponsors.agreed import PDF, TODAY, make_sponsor

PLACE = "N23.02 E112.56"


def photo(kind: str = "JPEG", size: tuple[int, int] = (640, 480), mode: str = "RGB", **how: Any) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    picture = Image.new(mode, size, 0)
    if mode in ("RGB", "RGBA"):
        picture.paste("#cc2200", (0, 0, size[0] // 2, size[1]))
        picture.paste("#0022cc", (size[0] // 2, 0, size[0], size[1]))
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def with_place(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x010E] = orientation, "CameraMaker", PLACE
    exif.get_ifd(0x8825)[1] = "N"
    return exif


CONSENT = Consent("陈桂花", date(2026, 11, 1), date(2027, 10, 31), paper=Paper("同意书.pdf", PDF))


def add(sponsor_id: int, content: bytes | None = None, consent: Consent = CONSENT, **about: Any) -> int:
    return add_picture(NewPicture(sponsor_id, content or photo(), "重阳节的午餐", **about), consent, TODAY, "staff:1")


def shown(sponsor_id: int, on: date = TODAY) -> list[queries.PictureRow]:
    with reading() as session:
        return queries.shown(session, sponsor_id, on)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize(
    "sent",
    [
        photo(exif=with_place(), comment=PLACE, xmp=PLACE.encode()),
        photo("WEBP", exif=with_place(), xmp=PLACE.encode()),
        photo("PNG", exif=with_place()),
    ],
    ids=["jpeg", "webp", "png"],
)
def test_nothing_but_pixels_outlives_the_drawing(sent: bytes) -> None:
    drawn = redraw(sent)

    assert PLACE.encode() in sent and PLACE.encode() not in drawn.content
    assert not {"exif", "comment", "xmp", "icc_profile"} & set(opened(drawn.content).info)
    assert opened(drawn.content).format == "JPEG" and (drawn.width, drawn.height) == (640, 480)


def test_words_hidden_in_a_png_are_gone_too() -> None:
    info = PngInfo()
    info.add_text("Comment", PLACE)

    assert PLACE.encode() not in redraw(photo("PNG", pnginfo=info)).content


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_taken_sideways_stands_upright(kind: str) -> None:
    drawn = redraw(photo(kind, exif=with_place(orientation=6)))  # turned by a quarter to the right

    picture = opened(drawn.content).convert("RGB")
    assert picture.size == (480, 640) == (drawn.width, drawn.height)
    above, below = picture.getpixel((240, 100)), picture.getpixel((240, 540))
    assert above[0] > 150 > above[2] and below[2] > 150 > below[0]  # type: ignore[index, operator]


@pytest.mark.parametrize(("size", "drawn"), [((4000, 3000), (1600, 1200)), ((1000, 4000), (400, 1600)), ((300, 200), (300, 200))])
def test_the_longest_side_is_sixteen_hundred_pixels_and_small_ones_stay(
    size: tuple[int, int], drawn: tuple[int, int]
) -> None:
    found = redraw(photo(size=size))

    assert (found.width, found.height) == drawn == opened(found.content).size


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK", "1"])
def test_every_way_of_colour_is_read(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"

    assert opened(redraw(photo(kind, mode=mode)).content).mode == "RGB"


def bomb() -> bytes:
    """A PNG of a few hundred bytes whose head promises 30,000 by 30,000 pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", "photo-empty"),
        (b"\xff\xd8\xff" + b"0" * LARGEST_BYTES, "photo-large"),
        (bomb(), "photo-pixels"),
        (photo(size=(199, 400)), "photo-small"),
        (photo("GIF"), "photo-kind"),
        (PDF, "photo-kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo-kind"),
        (photo(size=(900, 700))[:2500], "photo-broken"),
        (photo("PNG")[:300], "photo-broken"),
    ],
)
def test_what_is_no_whole_picture_is_refused_and_nothing_is_written(
    sqlite_app: Flask, sent: bytes, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As it is wherever a paper was drawn in the same process.
    monkeypatch.setattr("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", True)
    sponsor = make_sponsor()

    with pytest.raises(Refusal) as refused:
        add_picture(NewPicture(sponsor, sent, "午餐"), CONSENT, TODAY, "staff:1")

    assert refused.value.code == code and rows(SponsorPicture) == []


@pytest.mark.parametrize(
    ("about", "code"),
    [
        ({"by": " "}, "consent-by"),
        ({"on": date(2026, 11, 21)}, "consent-future"),
        ({"until": date(2026, 10, 31)}, "consent-reversed"),
        ({"until": date(2026, 11, 19)}, "consent-over"),
        ({"until": None}, "consent-until"),
        ({"paper": None}, "consent-paper"),
        ({"paper": Paper("同意书.pdf", b"MZ")}, "file-kind"),
    ],
)
def test_a_consent_that_is_not_whole_is_refused(sqlite_app: Flask, about: dict[str, Any], code: str) -> None:
    sponsor = make_sponsor()

    with pytest.raises(Refusal) as refused:
        add(sponsor, consent=replace(CONSENT, **about))

    assert refused.value.code == code and rows(SponsorPicture) == []


def test_a_picture_without_people_needs_neither_paper_nor_end(sqlite_app: Flask) -> None:
    sponsor = make_sponsor()

    add(sponsor, consent=Consent("食堂负责人", TODAY, None, nobody_recognisable=True))

    assert [row.caption for row in shown(sponsor, date(2036, 1, 1))] == ["重阳节的午餐"]


def test_another_sponsors_fund_and_an_unknown_place_are_refused(sqlite_app: Flask) -> None:
    sponsor, _other = make_sponsor(), make_sponsor("德康大药房", "德康", uscc="", kind="person")
    make_fund("dekang", 0, sponsor="德康大药房")

    for about, code in (({"fund": "dekang"}, "photo-fund"), ({"canteen_id": 99}, "canteen-unknown")):
        with pytest.raises(Refusal) as refused:
            add(sponsor, **about)
        assert refused.value.code == code
    with pytest.raises(Refusal, match="没有这位捐赠方"):
        add(99)
    assert rows(SponsorPicture) == []


def test_a_picture_shows_from_the_consents_first_day_to_its_last_and_not_once_it_is_withdrawn(app: Flask) -> None:
    sponsor = make_sponsor()
    canteen_id, _fund = make_canteen(), make_fund("weida", 0, sponsor="维达纸业")
    number = add(sponsor, fund="weida", canteen_id=canteen_id)
    row = queries.PictureRow(number, "重阳节的午餐", 640, 480)

    on_its_days = [shown(sponsor, on) for on in (date(2026, 11, 1), date(2027, 10, 31))]
    outside = [shown(sponsor, on) for on in (date(2026, 10, 31), date(2027, 11, 1))]
    withdraw_picture(sponsor, number, "本人撤回同意", "staff:2")

    assert on_its_days == [[row], [row]] and outside == [[], []]
    assert shown(sponsor) == []
    with reading() as session:
        [kept] = queries.kept(session, sponsor)
        assert session.get_one(SponsorPicture, number).content is None
        for read in (queries.content, queries.shown_content):
            with pytest.raises(Refusal):
                read(session, sponsor, number)
    assert (kept.withdrawn_reason, kept.fund, kept.canteen) == ("本人撤回同意", "weida", "北门社区食堂")
    with pytest.raises(Refusal, match="已经撤下"):
        withdraw_picture(sponsor, number, "再撤一次", "staff:2")


def days(name: str, on: date) -> dict[str, str]:
    return {f"{name}-year": str(on.year), f"{name}-month": str(on.month), f"{name}-day": str(on.day)}


def form(content: bytes | None = None, **changes: Any) -> dict[str, Any]:
    usual = {
        "picture": (io.BytesIO(photo() if content is None else content), "IMG_0001.jpg"), "caption": "重阳节的午餐",
        "fund": "", "canteen": "", "consent_by": "陈桂花", **days("consent_on", date(2026, 11, 1)),
        **days("consent_until", date(2027, 10, 31)), "paper": (io.BytesIO(PDF), "同意书.pdf"),
    }  # fmt: skip
    return {key: value for key, value in {**usual, **changes}.items() if value is not None}


def test_the_office_adds_a_picture_looks_at_it_and_takes_it_away(sqlite_app: Flask) -> None:
    sponsor = make_sponsor()
    office = sign_in_as(sqlite_app, Role.OFFICER)
    page = f"/sponsors/{sponsor}/pictures"

    added = office.send(page, form(), page=page)
    looked_at = office.get(page).text
    picture, paper = office.get(f"{page}/1.jpg"), office.get(f"{page}/1/consent")
    no_reason = office.send(f"{page}/1/withdraw", {"reason": ""}, page=page)
    gone = office.send(f"{page}/1/withdraw", {"reason": "本人撤回同意"}, page=page)

    assert added.status_code == 303 and "正在显示" in looked_at and "陈桂花" in looked_at
    assert page in office.get(f"/sponsors/{sponsor}").text
    assert picture.mimetype == "image/jpeg" and opened(picture.data).size == (640, 480) and paper.data == PDF
    assert picture.headers["Cache-Control"] == paper.headers["Cache-Control"] == "no-store"
    assert "请写明为什么撤下" in no_reason.text and gone.status_code == 303
    after = office.get(page).text
    assert "已撤下" in after and "本人撤回同意" in after and "<img" not in after
    assert office.get(f"{page}/1.jpg").status_code == 404
    with reading() as session:
        assert session.scalars(select(SponsorPicture.content)).all() == [None]


def test_bad_input_is_told_on_the_page_and_nothing_is_kept(sqlite_app: Flask) -> None:
    sponsor = make_sponsor()
    office = sign_in_as(sqlite_app, Role.MANAGER)
    page = f"/sponsors/{sponsor}/pictures"
    wrong: dict[str, dict[str, Any]] = {
        "请选一张照片": {"picture": None}, "只能上传 JPEG、PNG 或 WebP 照片": {"content": b"MZ"},
        "可能没有传完或已经损坏": {"content": photo("PNG")[:300]}, "像素太多：最多 40 百万": {"content": bomb()},
        "这张照片是空的": {"content": b""}, "请上传同意书的扫描件": {"paper": None}, "请写照片说明": {"caption": " "},
        "没有这一天": {"consent_until-month": "13"},
    }  # fmt: skip

    told = {words: office.send(page, form(**changes), page=page).text for words, changes in wrong.items()}

    assert [words for words, text in told.items() if words not in text] == []
    assert all('id="error-summary"' in text for text in told.values())
    assert rows(SponsorPicture) == []
    assert office.get("/sponsors/99/pictures").status_code == 404
    assert office.send("/sponsors/99/pictures", form(), page=page).status_code == 404
    cashier = sign_in_as(sqlite_app, Role.CASHIER)
    assert cashier.get(page).status_code == cashier.send(page, form()).status_code == 403


def test_one_sponsor_never_sees_anothers_picture(sqlite_app: Flask) -> None:
    ours, theirs = make_sponsor(), make_sponsor("德康大药房", "德康", uscc="", kind="person")
    our_picture, their_picture = add(ours), add(theirs)
    guest, stranger = by_link(sqlite_app, ours), browser(sqlite_app)
    office = sign_in_as(sqlite_app, Role.OFFICER)

    mine = guest.get(f"/s/pictures/{our_picture}")

    assert mine.status_code == 200 and mine.mimetype == "image/jpeg" and mine.headers["Cache-Control"] == "no-store"
    assert guest.get(f"/s/pictures/{their_picture}").status_code == 404
    assert guest.get("/s/pictures/99").status_code == 404
    refused: list[Browser] = [stranger, office]
    assert [one.get(f"/s/pictures/{our_picture}").status_code for one in refused] == [404, 404]
    assert stranger.get(f"/sponsors/{ours}/pictures/{our_picture}.jpg").status_code != 200
    assert guest.get(f"/sponsors/{ours}/pictures/{our_picture}/consent").status_code != 200
    assert office.get(f"/sponsors/{ours}/pictures/{their_picture}.jpg").status_code == 404
    assert office.get(f"/sponsors/{ours}/pictures/{their_picture}/consent").status_code == 404
    away = office.send(f"/sponsors/{ours}/pictures/{their_picture}/withdraw", {"reason": "x"}, f"/sponsors/{ours}/pictures")
    assert away.status_code == 404 and shown(theirs) != []


def test_a_withdrawn_picture_an_ended_consent_and_a_revoked_link_show_nothing(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    sponsor = make_sponsor()
    withdrawn, short, lasting = add(sponsor), add(sponsor, consent=replace(CONSENT, until=TODAY)), add(sponsor)
    guest = by_link(sqlite_app, sponsor)

    before = [guest.get(f"/s/pictures/{number}").status_code for number in (withdrawn, short, lasting)]
    withdraw_picture(sponsor, withdrawn, "本人撤回同意", "staff:1")
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-20T16:00:00Z")  # midnight in Shanghai
    after = [guest.get(f"/s/pictures/{number}").status_code for number in (withdrawn, short, lasting)]
    revoke_link(1, "staff:1")

    assert before == [200, 200, 200] and after == [404, 404, 200]
    assert guest.get(f"/s/pictures/{lasting}").status_code == 404
