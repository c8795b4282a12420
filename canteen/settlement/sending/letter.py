"""The letter beside a statement: plain text and simple HTML, Chinese first, and no personal data in its subject."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from canteen.core.calendar import Period
from canteen.core.words import period_in_words

MIME = {"pdf": ("application", "pdf"), "xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")}
MOST_BYTES = 20 * 1024 * 1024
"""Of both attachments together: many mail servers take no more than 25 MB, and base64 makes a third more of it."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """One file of the statement, under the name by which it was archived."""

    name: str
    ending: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """What the letter says. `receiver` is the display name that stands on the paper."""

    receiver: str
    number: str
    period: Period
    canteens: tuple[str, ...]
    host: str
    files: tuple[Enclosed, ...]

    @property
    def size_bytes(self) -> int:
        """What the files weigh together."""
        return sum(len(file.content) for file in self.files)


def subject(letter: Letter) -> str:
    """The subject: which months, and nobody's name."""
    return f"资金使用对账单：{period_words(letter.period)}"


def period_words(period: Period) -> str:
    """A period as a letter says it: 2026 年 11 月, 2026 年第 4 季度, 2026 年, 2026 年 11 月 1 日至 12 月 15 日."""
    if ".." in period.text:
        return period_in_words(period.first_on, period.last_on)
    if "Q" in period.text:
        return f"{period.first_on.year} 年第 {period.text[-1]} 季度"
    if period.text.isdigit():
        return f"{period.first_on.year} 年"
    return f"{period.first_on.year} 年 {period.first_on.month} 月"


def paragraphs(letter: Letter) -> tuple[list[str], list[str]]:
    """What the letter says, in Chinese and shorter in English."""
    span = f"{letter.period.first_on} – {letter.period.last_on}"
    chinese = [
        f"{letter.receiver}：",
        f"您好！附件是{period_words(letter.period)}的资金使用对账单（文号 {letter.number}），"
        "PDF 和 XLSX 各一份，内容相同，封存后不再改动。",
        f"涉及的食堂：{'、'.join(letter.canteens)}。",
        "本对账单不作为捐赠票据。上面没有任何一位老人的个人信息。",
    ]
    english = [
        f"Enclosed: the statement {letter.number} of your fund for {span}, as PDF and XLSX. It is not a donation "
        "receipt, and no elder can be recognised in it."
    ]
    if letter.host:
        address = f"https://{letter.host}/verify/{letter.number}"
        chinese.append(f"核对真伪：{address} ，输入纸上的核验码。")
        english.append(f"To verify it, open {address} and type the code printed on the paper.")
    return chinese, english


def plain(letter: Letter) -> str:
    """The letter as text."""
    chinese, english = paragraphs(letter)
    return "\n\n".join([*chinese, "----", *english]) + "\n"


def simple_html(letter: Letter) -> str:
    """The same as HTML without pictures, links to anything else, or scripts."""
    chinese, english = paragraphs(letter)
    body = "".join(f"<p>{escape(said)}</p>" for said in chinese)
    second = "".join(f"<p>{escape(said)}</p>" for said in english)
    return (
        f'<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>{escape(subject(letter))}</title></head>'
        f'<body>{body}<hr><div lang="en">{second}</div></body></html>'
    )


def mail(letter: Letter, sender: str, to: str, message_id: str, at: datetime) -> EmailMessage:
    """The letter as a mail to exactly one address, with its files."""
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["Subject"], message["From"], message["To"] = subject(letter), sender, to
    message["Date"], message["Message-ID"] = format_datetime(at), message_id
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "zh-Hans, en"
    message.set_content(plain(letter))
    message.add_alternative(simple_html(letter), subtype="html")
    for file in letter.files:
        main, sub = MIME[file.ending]
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    return message
