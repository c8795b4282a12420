"""What every name and paper is asked for before anything is written. Pure; raises the refusal of what is wrong."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from stdnum.cn import uscc as credit_code

from canteen.core.errors import Refusal

EMAIL = re.compile(
    r"[A-Za-z0-9_+-][A-Za-z0-9._%+-]*(?<!\.)@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
LONGEST_SHOWN = 26
"""As many characters of a display name as every place can set in full, wrapped where it must be."""

BARRED = (
    "烟草", "香烟", "卷烟", "雪茄", "电子烟", "tobacco", "cigarette", "vape", "赌博", "博彩", "彩票", "处方药",
    "麻醉药", "精神药品", "婴儿配方", "母乳代用品", "窃听", "枪支",
)  # fmt: skip
"""Charity Law: no donation may advertise tobacco or what the law bars from advertising (Advertising Law 15, 16, 22)."""


def text(words: str, longest: int, code: str) -> str:
    """The words with single spaces. Raises Refusal `code` where there are none, too many, or unprintable ones."""
    kept = " ".join(words.split())
    if not kept or len(kept) > longest or not kept.isprintable():
        raise Refusal(code, f"请填写，最多 {longest} 个字。", longest=longest)
    return kept


def optional(words: str, longest: int, code: str) -> str | None:
    """The same, where nothing may stand."""
    return text(words, longest, code) if words.strip() else None


def shown_name(words: str) -> str:
    """A name that can be shown at every place in full. Raises Refusal `name-too-long`, `name-barred`, `name-empty`."""
    kept = " ".join(words.split())
    if not kept or not kept.isprintable():
        raise Refusal("name-empty", "请填对外署名。")
    if len(kept) > LONGEST_SHOWN:
        raise Refusal(
            "name-too-long", f"署名有 {len(kept)} 个字，最多 {LONGEST_SHOWN} 个：再长，卡背和收银台就放不下。",
            length=len(kept), longest=LONGEST_SHOWN,
        )  # fmt: skip
    if found := barred_in(kept):
        raise Refusal("name-barred", f"署名里有“{found}”：烟草和法律禁止宣传的产品不能冠名。", word=found)
    return kept


def barred_in(words: str) -> str:
    """The first word of the barred goods that stands in a name; empty for none."""
    folded = unicodedata.normalize("NFKC", words).casefold()
    return next((word for word in BARRED if word in folded), "")


def checked_uscc(code: str, refusal: str = "uscc-form") -> str:
    """A 统一社会信用代码 in capitals. Raises Refusal `refusal`; its last character is a check of the others."""
    kept = unicodedata.normalize("NFKC", code).replace(" ", "").replace("-", "").upper()
    if not credit_code.is_valid(kept):
        raise Refusal(refusal, "统一社会信用代码不对：应是 18 位，请照证书再核对一遍。")
    return str(kept)


def email_address(typed: str) -> str:
    """One plain address such as office@example.org, to which mail can go. Raises Refusal `email-form`.

    Nothing but one address gets through: no name beside it, no second one, nothing that could end a mail's heading.
    """
    kept = unicodedata.normalize("NFKC", typed).strip()
    local, _at, domain = kept.rpartition("@")
    if not (EMAIL.fullmatch(kept) and len(local) <= 64 and len(domain) <= 189) or ".." in kept:
        raise Refusal("email-form", "电子邮箱写得不对：只写一个邮箱，比如 office@example.org。")
    return kept


def is_for_profit(code: str) -> bool:
    """Whether a credit code was given by the registry of companies (its first character is 9, GB 32100)."""
    return code.startswith("9")


def check_span(begins_on: date, ends_on: date) -> None:
    """Raises Refusal `span-reversed` where something ends before it begins."""
    if ends_on < begins_on:
        raise Refusal(
            "span-reversed", f"结束日期 {ends_on} 早于开始日期 {begins_on}，请核对。",
            begins_on=begins_on.isoformat(), ends_on=ends_on.isoformat(),
        )  # fmt: skip


def overlap(one: tuple[date, date], other: tuple[date, date]) -> bool:
    """Whether two spans of days, both ends included, share a day."""
    return one[0] <= other[1] and other[0] <= one[1]
