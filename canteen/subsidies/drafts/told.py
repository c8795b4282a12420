"""A programme's history in sentences, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask_babel import lazy_gettext as _l

from canteen.subsidies.drafts.timeline import EventRow
from canteen.subsidies.wording.said import _
from canteen.web.filters import day

STATE_NAMES = {
    "open": _l("起草中"),
    "submitted": _l("等第二人发布"),
    "published": _l("已发布"),
    "discarded": _l("已放弃"),
}
STATE_KINDS = {"open": "info", "submitted": "warn", "published": "ok", "discarded": "plain"}
WHEN_NAMES = {"coming": _l("将来"), "now": _l("现行"), "past": _l("历史")}
WHEN_KINDS = {"coming": "info", "now": "ok", "past": "plain"}


def who(actor: str | None, people: Mapping[str, str]) -> str:
    """A person's name; of a command the account that ran it."""
    if not actor:
        return "—"
    if actor in people:
        return people[actor]
    kind, _colon, account = actor.partition(":")
    return _("命令行（%(account)s）", account=account) if kind == "system" else actor


def event_words(event: EventRow, people: Mapping[str, str], canteens: Mapping[str, str]) -> str:
    """One act as a sentence: `王建国提交，赵卫东发布了 2026年12月1日 起的版本。`"""
    name = who(event.by, people)
    on = day(event.effective_on) if event.effective_on else ""
    detail = event.detail
    if event.act == "begun":
        return _begun(event, name, on)
    if event.act == "published":
        first = who(detail.get("submitted_by"), people)
        if not on:
            return _(
                "%(first)s提交，%(second)s发布：版本没有变，改了项目说明或例子。", first=first, second=name
            )
        return _("%(first)s提交，%(second)s发布：%(day)s起施行。", first=first, second=name, day=on)
    if event.act in ("binding-proposed", "bound", "binding-refused"):
        place = canteens.get(str(detail.get("canteen")), str(detail.get("canteen")))
        from_on = day(date.fromisoformat(str(detail.get("from_on"))))
        return str(_BINDINGS[event.act]) % {"who": name, "canteen": place, "day": from_on}
    return str(_ACTS.get(event.act, _l("%(who)s：%(day)s"))) % {"who": name, "day": on or "—"}


def _begun(event: EventRow, name: str, on: str) -> str:
    copied = event.detail.get("copied")
    if copied:
        source = day(date.fromisoformat(str(copied)))
        return _("%(who)s把%(source)s起的版本复制为新版本。", who=name, source=source)
    if event.detail.get("imported"):
        return _("%(who)s导入文件，起草了新的内容。", who=name)
    return _("%(who)s起草了新的补贴项目。", who=name)


_ACTS = {
    "submitted": _l("%(who)s提交了%(day)s起的版本，等第二人发布。"),
    "taken-back": _l("%(who)s撤回了提交。"),
    "refused": _l("%(who)s退回了%(day)s起的版本。"),
    "discarded": _l("%(who)s放弃了草稿。"),
    "loaded": _l("%(who)s从文件载入了%(day)s起的版本。"),
    "corrected": _l("%(who)s改正了%(day)s起的版本，那时还没有一餐用过它。"),
    "withdrawn": _l("%(who)s撤回了%(day)s起的版本，它没有施行过。"),
}
_BINDINGS = {
    "binding-proposed": _l("%(who)s提议：%(canteen)s从%(day)s起用这个项目。"),
    "bound": _l("%(who)s确认：%(canteen)s从%(day)s起用这个项目。"),
    "binding-refused": _l("%(who)s没有同意：%(canteen)s从%(day)s起用这个项目。"),
}
