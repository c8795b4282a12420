"""How gifts and what leaves a fund read."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words

KINDS = {
    "money": _l("到账"), "pledge": _l("认捐"), "goods": _l("实物"), "expense": _l("支出"), "pay-over": _l("拨付"),
    "refund": _l("退款"),
}  # fmt: skip
NEW = {
    "money": _l("记一笔到账"), "pledge": _l("记一笔认捐"), "goods": _l("记一批实物"), "expense": _l("记一笔支出"),
    "pay-over": _l("拨付给食堂"), "refund": _l("退回余款"),
}  # fmt: skip
ABOUT = {
    "money": _l("已经收到的钱。记下以后，餐费就可以从里面付。"),
    "pledge": _l("答应给、还没有到的钱。到账以前不能用，办公室给这笔资金设了上限的除外。"),
    "goods": _l("米、油、设备这些东西。价值单独记，不算进可以付餐费的钱。"),
    "expense": _l("餐费以外的开支，比如助餐员补贴、设备。只能用已经到账、还没有用掉的钱。"),
    "pay-over": _l("把月结以后“已用未拨付”的钱付给食堂的运营方。"),
    "refund": _l("约定结束以后，把余款退回去。要两个人办：一人提出，另一人复核后付款。"),
}  # fmt: skip
DONE = {
    "money": _l("已记到账。"), "pledge": _l("已记认捐。"), "goods": _l("已记实物。"), "expense": _l("已记支出。"),
    "pay-over": _l("已记拨付。"), "refund": _l("已提出退回余款。请另一位工作人员复核后付款。"),
}  # fmt: skip
WHO = {
    "money": _l("捐赠人"), "pledge": _l("捐赠人"), "goods": _l("捐赠人"), "expense": _l("收款人"),
    "pay-over": _l("食堂"), "refund": _l("收款人"),
}  # fmt: skip
EMPTY = {
    "money": _l("还没有到账。"), "pledge": _l("还没有认捐。"), "goods": _l("还没有实物。"),
    "expense": _l("还没有餐费以外的支出。"), "pay-over": _l("还没有拨付。"), "refund": _l("没有退款。"),
}  # fmt: skip
WAYS = {"bank": _l("银行转账"), "cash": _l("现金"), "platform": _l("募捐平台")}
BASES = {"invoice": _l("按发票"), "market": _l("按市场价"), "estimate": _l("按估价")}
EXPENSES = {
    "helpers": _l("助餐员补贴"), "equipment": _l("添置设备"), "delivery": _l("送餐"), "upkeep": _l("场地和运行"),
    "other": _l("其他"),
}  # fmt: skip
RELATIONS = {
    "giver": _l("捐赠方本人或本单位"), "successor": _l("捐赠方的继承人或承继单位"),
    "charity": _l("协议约定的其他慈善组织"),
}  # fmt: skip
DETAILS = {
    "way": "", "met": "", "expense": "", "basis": "", "relation": "", "receipt": _l("票据"), "issuer": _l("开票单位"),
    "bank-no": _l("银行流水号"), "source": _l("依据"), "document": _l("单据号"), "month": _l("截至月份"),
    "evidence": _l("凭据"), "canteen": _l("食堂"),
}  # fmt: skip
STATES = {
    "booked": "", "reversed": _l("已冲正"), "mirror": _l("冲正"), "waiting": _l("等复核"), "refused": _l("没有同意"),
}  # fmt: skip
_VALUES = {
    "way": WAYS, "basis": BASES, "expense": EXPENSES, "relation": RELATIONS, "met": {"pledged": _l("认捐的钱")},
}  # fmt: skip


def value(name: str, text: str) -> str:
    """A detail's value in the page's language: a code by its words, anything else as it was written."""
    return str(_VALUES.get(name, {}).get(text, text))


FIELD_OF = {
    "amount-zero": "amount", "fund-short": "amount", "pay-over-too-much": "amount", "cash-short": "amount",
    "day-ahead": "on", "way-unknown": "way", "receipt-part": "receipt_number", "receipt-number-form": "receipt_number",
    "receipt-booked": "receipt_number", "receipt-sponsorship": "receipt_number", "bank-booked": "bank_no", "bank-no-form": "bank_no",
    "bank-no-used": "bank_no", "giver-needed": "giver_name", "pledge-none": "was_pledged",
    "quantity-zero": "quantity", "basis-unknown": "basis", "expense-kind": "kind", "canteen-unknown": "canteen",
    "month-form": "month", "month-open": "month", "refund-relation": "relation", "ceiling-zero": "pledge_ceiling",
    "advance-used": "pledge_ceiling", "filing-part": "filing_no", "filing-form": "filing_no",
    "reversal-reason": "reason",
}  # fmt: skip


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "day-ahead": _l("日期不对：不能在今天以后，也不能早于 2000 年。"),
            "way-unknown": _l("请选择钱是怎么来的：转账、现金还是平台。"),
            "receipt-part": _l("票据的代码、号码和开票单位要一起填；还没有开票就都空着。"),
            "receipt-number-form": _l("票据代码和号码只有数字、字母和横线，各最多 20 位。请照票据上的写。"),
            "receipt-sponsorship": _l(
                "这笔资金是商业赞助，不开捐赠票据。请把票据三项空着；发票由收款方另开。"
            ),
            "bank-no-form": _l("银行流水号只有数字、字母和横线，最多 64 位。请照回单上的写。"),
            "receipt-booked": _l(
                "这张票据已经记过一笔到账：%(on)s 资金“%(fund)s”%(amount)s 元。没有再记，请核对。"
            ),
            "bank-booked": _l(
                "这个银行流水号已经记过一笔到账：%(on)s 资金“%(fund)s”%(amount)s 元。没有再记，请核对。"
            ),
            "bank-no-used": _l("这个银行流水号已经记过一笔付款，没有再记。请核对。"),
            "booked-already": _l("这一笔刚才已经记过了，没有再记。"),
            "giver-needed": _l(
                "这笔资金收很多人的捐款，又没有公开募捐备案号，只能收实名的捐款。请填捐赠人姓名，或先补上备案号。"
            ),
            "pledge-none": _l("这笔资金没有还没到账的认捐。请不要勾“认捐的钱”，或先记认捐。"),
            "pledge-met": _l("还没有到账的认捐只有 %(open)s 元。请先冲正已到账的款项。"),
            "quantity-zero": _l("数量要大于 0。"),
            "basis-unknown": _l("请选择价值的依据：发票、市场价还是估价。"),
            "expense-kind": _l("请选择这是哪一种支出。"),
            "needed-text": _l("有一项必填的内容空着，请填写。"),
            "fund-short": _l("这笔资金只剩 %(held)s 元，不够。没有记账。"),
            "advance-used": _l("认捐的钱已经先用了一部分，现在不能这样改。请等款项到账以后再改。"),
            "ceiling-zero": _l("认捐先用的上限要大于 0；只用到账的钱就空着。"),
            "filing-part": _l("有公开募捐资格的组织和募捐备案号要一起填。"),
            "filing-form": _l("募捐备案号是 6 到 40 位数字和字母，请照备案证明上的写。"),
            "month-form": _l("月份要写成 2026-10 这样。"),
            "month-open": _l("%(month)s 还没有月结，不能拨付。请先月结。"),
            "pay-over-too-much": _l("到这个月为止只有 %(due)s 元已用未拨付，不能拨更多。"),
            "cash-short": _l("这笔资金到账的钱只剩 %(cash)s 元没有付出去，认捐的钱到了再拨。"),
            "refund-relation": _l("请选择收款人和这笔资金的关系。"),
            "refund-no-end": _l("这笔资金没有约定结束日期。请先在约定里写上，结束以后再退。"),
            "refund-early": _l("约定到 %(on)s 才结束，结束以后才能退回余款。"),
            "refund-nothing": _l("这笔资金没有余款可退。"),
            "refund-waiting": _l("这笔资金已经有一份退款申请在等复核。"),
            "refund-settled": _l("这份退款申请已经办过了。"),
            "reversal-reason": _l("请写冲正的原因。"),
            "reversed-already": _l("这一笔已经冲正过了。"),
        }
    )
    words({"refund-unknown": _l("没有这份退款申请。"), "booking-unknown": _l("没有这一笔记录。")}, status=404)
