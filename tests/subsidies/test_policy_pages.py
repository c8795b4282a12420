"""The pages of policies: the time line, a version in words, a file in, a draft reviewed and decided."""

from __future__ import annotations

import io
import tomllib
from datetime import date
from typing import Any

import pytest
from flask import Flask

from canteen.core.roles import Role
from canteen.db import reading
from canteen.subsidies import queries
from canteen.subsidies.drafts import services
from canteen.subsidies.drafts.queries import DraftRow, drafts_in_hand, read_draft
from canteen.subsidies.services import load_programme
from canteen.subsidies.toml_file import toml_of
from tests.factories import make_canteen, programme, shipped
from tests.signing_in import Browser, make_staff, sign_in_as

NEXT = date(2026, 12, 1)
TIERS = [
    {"id": "young", "title": "六十岁起五元", "payer": "government", "group": "age",
     "when": {"age": {"from": 60, "to": 69}}, "pays": {"fixed": "5.00"}},
    {"id": "old", "title": "七十岁起六元", "payer": "government", "group": "age",
     "when": {"age": {"from": 70}}, "pays": {"fixed": "6.00"}},
]  # fmt: skip


class Office:
    """Two people who may draft and publish, each with a browser."""

    def __init__(self, app: Flask) -> None:
        first, second = make_staff(Role.OFFICER), make_staff(Role.ADMINISTRATOR)
        self.first, self.second = f"staff:{first}", f"staff:{second}"
        self.a = sign_in_as(app, Role.OFFICER, first)
        self.b = sign_in_as(app, Role.ADMINISTRATOR, second)


@pytest.fixture
def office(sqlite_app: Flask) -> Office:
    make_canteen()
    load_programme(programme(TIERS), ["beimen"])
    return Office(sqlite_app)


def raised(by: str, amount: Any = "8.00", **when: Any) -> tuple[int, int]:
    """A draft by this person whose next version pays the old so much: its number and revision."""

    def change(values: dict[str, Any]) -> dict[str, Any]:
        values["version"][-1]["rule"][1] |= {"pays": {"fixed": amount}, **when}
        return values

    draft_id = services.begin_copy("test-programme", by)
    return draft_id, services.change_draft(draft_id, 1, change, by)


def draft_of(draft_id: int) -> DraftRow:
    with reading() as session:
        return read_draft(session, draft_id)


def in_hand() -> list[DraftRow]:
    with reading() as session:
        return drafts_in_hand(session)


def upload(browser: Browser, content: bytes) -> Any:
    file = (io.BytesIO(content), "notice.toml")
    return browser.send("/policies/import", {"file": file}, content_type="multipart/form-data")


def test_an_empty_office_is_told_what_to_do_next(sqlite_app: Flask) -> None:
    page = sign_in_as(sqlite_app, Role.OFFICER).get("/policies").text

    assert "还没有补贴项目" in page
    assert 'href="/policies/new"' in page


def test_the_time_line_shows_what_is_in_force_what_comes_and_what_is_past(office: Office) -> None:
    values = programme(TIERS)
    one = values["version"][0]
    values["version"] += [
        {**one, "effective": date(2020, 1, 1), "reference": "某发〔2019〕8号"},
        {**one, "effective": NEXT},
    ]
    load_programme(values)

    page = office.a.get("/policies").text

    places = [page.index(words) for words in ("2026年12月1日 起", "将来", "2020年1月1日 至 2026年11月30日", "现行",
                                              "2014年10月1日 至 2019年12月31日", "历史")]  # fmt: skip
    assert places == sorted(places)
    assert "某发〔2019〕8号" in page and "北门社区食堂" in page
    line = office.a.get("/policies/test-programme").text
    assert "从文件载入了2026年12月1日起的版本" in line
    version = office.a.get("/policies/test-programme/2020-01-01").text
    assert "七十岁起六元" in version and "70 周岁及以上" in version and "某发〔2019〕8号" in version
    for path in ("/policies/nowhere", "/policies/test-programme/2020-01-02", "/policies/test-programme/soon"):
        assert office.a.get(path).status_code == 404


def test_a_draft_goes_from_one_person_to_another_and_becomes_policy(office: Office) -> None:
    sent = office.a.send("/policies/test-programme/copy")
    (draft,) = in_hand()
    assert (sent.status_code, sent.location) == (303, f"/policies/drafts/{draft.id}")
    draft_id, revision = raised(office.first)
    review = f"/policies/drafts/{draft_id}"
    page = office.a.get(f"{review}/review").text
    assert "6.00 元" in page and "8.00 元" in page and "七十岁起六元" in page

    assert office.a.send(f"{review}/submit", {"revision": revision}).status_code == 303
    assert "等您看过再决定" not in office.a.get("/policies").text
    assert "等您看过再决定" in office.b.get("/policies").text
    assert "补贴草稿等您发布" in office.b.get("/").text
    own = office.a.send(f"{review}/publish", {"revision": revision})
    assert own.status_code == 409 and "发布总要由另一个人来做" in own.text
    published = office.b.send(f"{review}/publish", {"revision": revision})

    assert published.location == "/policies/test-programme"
    history = office.b.get("/policies/test-programme").text
    assert "赵卫东提交，王建国发布：2026年12月1日起施行。" in history
    assert office.b.get(f"{review}/review").status_code == 200
    assert office.b.send(f"{review}/publish", {"revision": revision}).status_code == 409


def test_a_draft_is_sent_back_with_a_reason_that_its_author_reads(office: Office) -> None:
    draft_id, revision = raised(office.first)
    review = f"/policies/drafts/{draft_id}"
    office.a.send(f"{review}/submit", {"revision": revision})

    unsaid = office.b.send(f"{review}/refuse", {"revision": revision, "reason": " "})
    office.b.send(f"{review}/refuse", {"revision": revision, "reason": "文号<b>写错了"})

    assert unsaid.status_code == 409 and "请写明原因" in unsaid.text
    page = office.a.get(f"{review}/review").text
    assert "王建国退回了这份草稿" in page and "文号&lt;b&gt;写错了" in page
    assert "原因：文号&lt;b&gt;写错了" in office.a.get("/policies/test-programme").text
    assert office.a.send(f"{review}/discard").location == "/policies"
    assert in_hand() == []


def test_a_gap_stands_there_to_be_ticked_and_what_was_ticked_stays(office: Office) -> None:
    draft_id, revision = raised(office.first, when={"age": {"from": 75}})
    submit = f"/policies/drafts/{draft_id}/submit"

    page = office.a.get(f"/policies/drafts/{draft_id}/review").text
    untold = office.a.send(submit, {"revision": revision})
    told = office.a.send(submit, {"revision": revision, "tick": "2026-12-01/gap:70-74"})

    assert "没有规定 70–74 岁" in page
    assert untold.status_code == 409 and "还有提醒没有勾选确认" in untold.text
    assert told.status_code == 303
    assert "提交人已确认" in office.b.get(f"/policies/drafts/{draft_id}/review").text


def test_every_fault_stands_on_the_review_with_its_card(office: Office) -> None:
    draft_id, revision = raised(office.first, "八元", payer="nobody")

    page = office.a.get(f"/policies/drafts/{draft_id}/review").text
    sent = office.a.send(f"/policies/drafts/{draft_id}/submit", {"revision": revision})

    for fault in ("第 2 条规则“七十岁起六元” · 付多少", "请把金额写成数字", "第 2 条规则“七十岁起六元” · 谁付"):
        assert fault in page and fault in sent.text
    assert "version[1].rule[1]" not in page
    assert f"/policies/drafts/{draft_id}?version=1&amp;card=rule-1" in page
    assert sent.status_code == 409 and "还有问题没有改好" in sent.text
    assert office.a.send(f"/policies/drafts/{draft_id}/submit", {"revision": "soon"}).status_code == 409


def test_the_second_person_sees_the_examples_computed_and_those_that_are_no_longer_tried(office: Office) -> None:
    values = programme(TIERS)
    values["example"] = [
        {"title": "七十五岁付九元", "on": date(2026, 11, 2), "meal": "lunch", "price": "15.00",
         "elder": {"born": date(1951, 1, 1)}, "expect": {"government": "6.00", "elder": "9.00"}}
    ]  # fmt: skip
    load_programme(values)
    draft_id, revision = raised(office.first)
    review = f"/policies/drafts/{draft_id}/review"

    before = office.b.get(review).text
    services.change_draft(
        draft_id, revision, lambda held: {key: held[key] for key in ("programme", "version")}, office.first
    )
    after = office.b.get(review).text

    assert "今天满 80 岁" in before and "1 个例子成立" in before and "已发布的例子" not in before
    assert "去掉或改了 1 个已发布的例子" in after and "七十五岁付九元" in after
    assert 'action="/policies/drafts/1/examples' not in after


def test_a_change_of_the_programmes_own_head_is_told_in_words(office: Office) -> None:
    draft_id, revision = raised(office.first)

    def change(held: dict[str, Any]) -> dict[str, Any]:
        return {**held, "programme": {**held["programme"], "age_counts": "next-month"}}

    services.change_draft(draft_id, revision, change, office.first)
    page = office.b.get(f"/policies/drafts/{draft_id}/review").text

    assert "生日次月 1 日" in page and "next-month" not in page


def test_what_was_published_meanwhile_is_offered_to_be_taken_in(office: Office) -> None:
    draft_id, revision = raised(office.first)
    values = programme(TIERS)
    values["version"].append({**values["version"][0], "effective": date(2027, 1, 1)})
    load_programme(values)

    page = office.a.get(f"/policies/drafts/{draft_id}/review").text
    office.a.send(f"/policies/drafts/{draft_id}/take-in", {"revision": revision})

    assert "并入新的发布" in page
    assert len(draft_of(draft_id).values["version"]) == 3
    assert not draft_of(draft_id).is_outdated


def test_a_manager_reads_everything_and_changes_nothing(office: Office, sqlite_app: Flask) -> None:
    draft_id, revision = raised(office.first)
    manager, cashier = sign_in_as(sqlite_app, Role.MANAGER), sign_in_as(sqlite_app, Role.CASHIER)
    review = f"/policies/drafts/{draft_id}"
    readable = ["/policies", "/policies/test-programme", "/policies/test-programme/2014-10-01",
                "/policies/test-programme.toml", f"{review}/review", f"{review}.toml"]  # fmt: skip
    acts = ["copy", "bind", "2014-10-01/withdraw", "bindings/1/confirm"]
    posts = [f"/policies/test-programme/{act}" for act in acts] + ["/policies/import", "/policies/new"]
    posts += [
        f"{review}/{act}"
        for act in ("submit", "take-back", "refuse", "publish", "discard", "take-in", "canteens")
    ]

    for path in readable:
        page = manager.get(path)
        assert page.status_code == 200, path
        assert 'action="/policies' not in page.text, path
        assert cashier.get(path).status_code == 403, path
    for path in posts:
        assert manager.send(path, {"revision": revision}).status_code == 403, path
        assert office.a.post(path, data={"revision": revision}).status_code == 400, path
    assert draft_of(draft_id).state == "open"


def test_a_file_comes_in_as_a_draft_and_goes_out_as_it_came(office: Office) -> None:
    values = shipped("xinhui")

    sent = upload(office.a, "\ufeff".encode() + toml_of(values).encode())

    (draft,) = in_hand()
    assert sent.location == f"/policies/drafts/{draft.id}"
    file = office.a.get(f"/policies/drafts/{draft.id}.toml")
    assert tomllib.loads(file.text) == values
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert tomllib.loads(office.b.get("/policies/test-programme.toml").text) == programme(TIERS)


def test_a_faulty_file_names_every_fault_and_may_be_opened_all_the_same(office: Office) -> None:
    values = programme([{**TIERS[0], "payer": "nobody", "pays": {"fixed": 9.5}}], "faulty")
    values["version"][0]["until"] = "soon"
    text = toml_of(values)

    shown = upload(office.a, text.encode())
    opened = office.a.send("/policies/import", {"text": text})

    assert shown.status_code == 400
    for path in ("version[0].until", "version[0].rule[0].payer", "version[0].rule[0].pays.fixed"):
        assert path in shown.text
    assert opened.status_code == 303
    assert in_hand()[0].values == values


RUBBISH = {
    "empty": b"",
    "binary": b"\xff\xfe",
    "broken": b"id = ",
    "no version": b"[programme]\nid = 'x'\n",
    "a version that is no list": b"version = 3\n[programme]\nid = 'x'\n",
    "a rule that is no table": b"[[version]]\nrule = [1]\n[programme]\n",
    "without end": b"x = " + b"[" * 5_000,
    "too large": b"#" * 1_000_001,
    "odd values": b"y = nan\nz = 07:32:00\n[programme]\n[[version]]\neffective = 1979-05-27T07:32:00Z\n",
}


def test_rubbish_is_refused_in_words(office: Office) -> None:
    for name, content in RUBBISH.items():
        shown = upload(office.a, content)

        assert shown.status_code in (400, 413), name
        assert "error-summary" in shown.text, name
    assert in_hand() == []


def test_odd_values_of_a_file_stay_to_be_seen(office: Office) -> None:
    text = "[programme]\nid = 'odd'\ntitle = \"a\\u0000b\"\nx = nan\n[[version]]\neffective = 1979-05-27T07:32:00\nat = 07:32:00\n"

    assert office.a.send("/policies/import", {"text": text}).status_code == 303

    (draft,) = in_hand()
    assert draft.values["version"] == [{"effective": "1979-05-27 07:32:00", "at": "07:32:00"}]
    assert (draft.title, draft.values["programme"]["x"]) == ("ab", "nan")
    assert office.a.get(f"/policies/drafts/{draft.id}/review").status_code == 200


def test_a_new_programme_is_begun_and_told_where_it_shall_govern(office: Office) -> None:
    head = {"title": "北城午餐", "code": "beicheng", "authority": "北城区民政局", "source": "某号文"}
    bad = office.a.send("/policies/new", {**head, "code": "Bei Cheng"})
    taken = office.a.send("/policies/new", {**head, "code": "test-programme"})
    office.a.send("/policies/new", head)
    (draft,) = in_hand()
    where = f"/policies/drafts/{draft.id}/canteens"
    day = {"bind_from-year": "2026", "bind_from-month": "12", "bind_from-day": "1"}

    nowhere = office.a.send(where, {"revision": 1, "canteens": "nowhere", **day})
    chosen = office.a.send(where, {"revision": 1, "canteens": "beimen", **day})

    assert (bad.status_code, taken.status_code, nowhere.status_code, chosen.status_code) == (
        400,
        409,
        409,
        303,
    )
    assert "编号只能用小写字母" in bad.text and "已经有编号为" in taken.text
    assert (draft_of(draft.id).canteens, draft_of(draft.id).bind_from) == (("beimen",), NEXT)


def test_a_binding_is_proposed_by_one_and_confirmed_by_another(office: Office) -> None:
    make_canteen("nanmen", name="南门食堂")
    day = {"from_on-year": "2026", "from_on-month": "12", "from_on-day": "1"}
    bind = "/policies/test-programme/bind"

    undated = office.a.send(bind, {"canteen": "nanmen"})
    again = office.a.send(bind, {"canteen": "beimen", **day})
    office.a.send(bind, {"canteen": "nanmen", **day})
    own = office.a.send("/policies/test-programme/bindings/1/confirm")
    assert "绑定食堂等您确认：南门食堂" in office.b.get("/").text
    office.b.send("/policies/test-programme/bindings/1/confirm")

    assert (undated.status_code, again.status_code, own.status_code) == (400, 409, 409)
    with reading() as session:
        assert queries.programme_for(session, "nanmen", NEXT) is not None
    assert (
        "王建国确认：南门食堂从2026年12月1日起用这个项目。" in office.b.get("/policies/test-programme").text
    )


def test_a_version_is_withdrawn_with_a_reason_and_can_be_read_afterwards(office: Office) -> None:
    values = programme(TIERS)
    values["version"].append(
        {**values["version"][0], "effective": NEXT, "rule": [{**TIERS[0], "title": "作废的一条"}]}
    )
    load_programme(values)
    path = f"/policies/test-programme/{NEXT}/withdraw"

    unsaid = office.a.send(path, {"reason": ""})
    begun = office.a.send("/policies/test-programme/2014-10-01/withdraw", {"reason": "x"})
    done = office.a.send(path, {"reason": "通知改期了"})

    assert (unsaid.status_code, begun.status_code, done.location) == (400, 409, "/policies/test-programme")
    page = office.a.get("/policies/test-programme").text
    assert "通知改期了" in page and "作废的一条" in page and f"/policies/test-programme/{NEXT}" not in page


def test_the_pages_speak_english_too(office: Office) -> None:
    draft_id, _ = raised(office.first, when={"age": {"from": 75}})
    office.a.send("/language", {"language": "en"})

    pages = {
        "/policies": "In force",
        "/policies/test-programme": "What happened",
        "/policies/test-programme/2014-10-01": "aged 70 or over",
        "/policies/new": "Write one from the beginning",
        f"/policies/drafts/{draft_id}/review": "What changes from 1 December 2026 on",
    }
    for path, words in pages.items():
        assert words in office.a.get(path).text, path


def test_a_canteen_that_will_not_be_bound_after_all_is_told_and_must_be_ticked(office: Office) -> None:
    make_canteen("nanmen", name="南门食堂")
    draft_id, revision = raised(office.first)
    revision = services.choose_canteens(draft_id, revision, ["nanmen"], None, office.first)
    review = f"/policies/drafts/{draft_id}"

    page = office.a.get(f"{review}/review").text
    unticked = office.a.send(f"{review}/submit", {"revision": revision})
    ticked = office.a.send(f"{review}/submit", {"revision": revision, "tick": "left-out/nanmen"})

    assert "发布时不会绑定“南门食堂”" in page and 'value="left-out/nanmen"' in page
    assert unticked.status_code == 409 and ticked.status_code == 303
