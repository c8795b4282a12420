"""How agreements, names and their refusals read."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words

KIND_NAMES = {
    "organisation": _l("单位"),
    "person": _l("个人"),
    "anonymous": _l("匿名"),
    "many": _l("众多小额捐赠人"),
}
NATURE_NAMES = {"donation": _l("捐赠"), "sponsorship": _l("商业赞助")}
HOLDER_NAMES = {
    "charity": _l("慈善会"),
    "foundation": _l("基金会"),
    "social": _l("社会组织"),
    "village": _l("村（居）集体"),
    "operator": _l("营利性运营方"),
}
OBJECT_NAMES = {
    "canteen": _l("食堂"),
    "meal": _l("一餐"),
    "day": _l("一天"),
    "wall": _l("感谢墙"),
    "statement": _l("对账单"),
}
FESTIVAL_NAMES = {
    "spring": _l("春节"), "dragon-boat": _l("端午节"), "mid-autumn": _l("中秋节"), "double-ninth": _l("重阳节"),
}  # fmt: skip
LACK_NAMES = {
    "wording": _l("还没有人审定署名的文字"),
    "goods": _l("还没有声明与烟草和禁止宣传的产品无关"),
    "relatives": _l("还没有声明受助人里没有捐赠人的亲属"),
    "consent": _l("还没有场所的同意"),
    "approval": _l("还没有政府的批准"),
    "paper": _l("还没有批准的文件"),
}
STEP_NAMES = {
    "fund": _l("资金"),
    "rule": _l("付款规则"),
    "name": _l("冠名"),
    "scan": _l("协议扫描件"),
    "money": _l("到账"),
}
STEP_STATES = {
    ("fund", "todo"): ("info", _l("还没有写明供哪笔资金")),
    ("fund", "part"): ("warn", _l("还有一部分没有分给资金")),
    ("fund", "done"): ("ok", _l("已写明")),
    ("rule", "wait"): ("plain", _l("先写明资金")),
    ("rule", "todo"): ("info", _l("还没有规则用它付款")),
    ("rule", "open"): ("warn", _l("正在写")),
    ("rule", "submitted"): ("warn", _l("等第二人发布")),
    ("rule", "done"): ("ok", _l("已发布")),
    ("name", "todo"): ("info", _l("还没有登记")),
    ("name", "lacks"): ("warn", _l("手续没齐")),
    ("name", "done"): ("ok", _l("已登记")),
    ("scan", "todo"): ("info", _l("还没有上传")),
    ("scan", "done"): ("ok", _l("已上传")),
    ("money", "wait"): ("plain", _l("先写明资金")),
    ("money", "todo"): ("info", _l("还没有到账")),
    ("money", "done"): ("ok", _l("已到账")),
}
"""How far each step after an agreement is: the colour of its tag, and its words."""
STEP_NOTES = {
    ("rule", "todo"): _l("选好排在哪条规则前面，资金用完以后由排在后面的接着算。另一个人发布以后才付款。"),
    ("rule", "open"): _l("核对算例以后提交，由另一个人发布。"),
    ("rule", "submitted"): _l("提出的人自己不能发布。"),
    ("name", "todo"): _l("协议没有约定冠名，就不用登记。"),
    ("money", "todo"): _l("钱到账以前，规则不用这笔资金付款；核准可以先用的认捐除外。"),
}
STATE_NAMES = {
    "open": _l("正在写"),
    "submitted": _l("等第二人发布"),
    "published": _l("已发布"),
    "discarded": _l("已放弃"),
}

FIELD_OF = {
    "sponsor-name": "name", "sponsor-taken": "name", "sponsor-kind": "kind",
    "uscc-missing": "uscc", "uscc-form": "uscc", "holder-uscc-form": "holder_uscc", "naming-outside": "begins_on",

    "uscc-taken": "uscc", "contact-form": "contact_name", "email-form": "contact_email", "name-empty": "display_name",
    "name-too-long": "display_name", "name-barred": "display_name", "anonymous-named": "display_name",
    "name-future": "from_on", "name-sealed": "from_on", "name-earlier": "from_on",
    "agreement-number": "number", "agreement-taken": "number", "agreement-nature": "nature",
    "agreement-amount": "amount", "agreement-signed": "signed_on", "span-reversed": "ends_on",
    "holder-name": "holder_name", "holder-kind": "holder_kind", "holder-uscc": "holder_uscc",
    "holder-for-profit": "holder_kind", "wording-form": "wording_by", "file-empty": "paper",
    "file-large": "paper", "file-kind": "paper", "naming-object": "object", "naming-canteen": "canteen",
    "naming-meal": "meal", "naming-day": "named_on", "naming-overlap": "begins_on",
    "leave-form": "consent_by", "withdraw-reason": "reason", "withdraw-past": "from_on",
    "fund-over-allotted": "amount", "allotted-amount": "amount", "fund-nature": "fund", "fund-has-receipts": "fund",
    "fund-other-sponsor": "fund", "fund-not-agreed": "fund", "fund-days": "fund", "named-day-missing": "named_day", "named-day-past": "named_day",
    "named-day-outside": "named_day", "rule-place": "before",
    "rule-title": "title", "rule-amount": "amount",
}  # fmt: skip
"""Which field a refusal is about; the others stand at the head of the form."""


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "sponsor-taken": _l("已经有同名的捐赠方，请在列表里找到它。"),
            "sponsor-kind": _l("请选捐赠方是哪一种。"),
            "sponsor-untold": _l("请先在捐赠方的页面上填它是单位、个人、匿名还是众多捐赠人。"),
            "uscc-form": _l("统一社会信用代码不对：应是 18 位，请照证书再核对一遍。"),
            "holder-uscc-form": _l("统一社会信用代码不对：应是 18 位，请照证书再核对一遍。"),
            "uscc-missing": _l("单位要填统一社会信用代码；个人、匿名和众多捐赠人没有，请空着。"),
            "uscc-taken": _l("另一位捐赠方已经用了这个信用代码。"),
            "contact-form": _l("联系方式太长：最多 %(longest)s 个字。"),
            "email-form": _l("电子邮箱写得不对：只写一个邮箱，比如 office@example.org。"),
            "anonymous-named": _l("匿名捐赠方的署名不能是真名，比如写“爱心人士”。"),
            "name-empty": _l("请填对外署名。"),
            "name-too-long": _l("署名有 %(length)s 个字，最多 %(longest)s 个：再长，卡背和收银台就放不下。"),
            "name-barred": _l("署名里有“%(word)s”：烟草和法律禁止宣传的产品不能冠名。"),
            "name-future": _l("新署名从保存那天起用，不能提前定：请到那一天再改。"),
            "name-sealed": _l("%(month)s 和以前的单据已经封存，上面是原来的署名。新署名最早从 %(day)s 起。"),
            "name-earlier": _l("%(day)s 起已经用另一个署名，新署名不能更早。"),
            "span-reversed": _l("结束日期 %(ends_on)s 早于开始日期 %(begins_on)s，请核对。"),
            "agreement-number": _l("请填协议编号，最多 %(longest)s 个字。"),
            "agreement-taken": _l("这个协议编号已经用了，请核对是不是同一份协议。"),
            "agreement-nature": _l("请选是捐赠还是商业赞助。"),
            "agreement-amount": _l("协议金额要大于 0。"),
            "agreement-signed": _l("签订日期在今天以后，请核对。"),
            "holder-name": _l("请填善款持有方的全称，最多 %(longest)s 个字。"),
            "holder-kind": _l("请选由谁持有善款。"),
            "holder-uscc": _l("请填持有方的统一社会信用代码。"),
            "holder-for-profit": _l(
                "营利性单位不能接受捐赠：请由慈善会、基金会、社会组织或村集体持有，或改为商业赞助。"
            ),
            "wording-form": _l("署名文字由谁审定、哪天审定，两样都要填，或者都空着。"),
            "allotted-amount": _l("分给资金的金额不能小于 0。"),
            "fund-over-allotted": _l("分给各笔资金的金额比协议金额多了 %(over)s 元，请核对。"),
            "fund-other-sponsor": _l("这笔资金是另一位捐赠方的，不能由这份协议供款。"),
            "fund-nature": _l("捐赠的钱和商业赞助的钱不能放在同一笔资金里，请另开一笔。"),
            "fund-has-receipts": _l(
                "这笔资金已经有开了捐赠票据的到账，不能当商业赞助。请另开一笔资金，或先冲正那一笔。"
            ),
            "fund-not-agreed": _l("这份协议不给这笔资金供款，请先在协议里加上它。"),
            "fund-days": _l(
                "冠名日要有自己的一笔资金：这笔资金的起止日期不是那一天，或者别的规则在用它。请另开一笔。"
            ),
            "named-day-missing": _l("请选是哪个冠名日。"),
            "named-day-past": _l("这个冠名日已经过去了，请选以后的一天。"),
            "named-day-outside": _l("这一天不在协议的起止日期里，请重新选。"),
            "fund-purpose": _l("用途最多 %(longest)s 个字。"),
            "file-empty": _l("这个文件是空的，请重新选择。"),
            "file-large": _l("文件太大：最大 %(megabytes)s MB。请把扫描分辨率调低一些。"),
            "file-kind": _l("只能上传完整的 PDF、JPEG 或 PNG 文件。"),
            "naming-object": _l("请选用名字冠什么。"),
            "naming-canteen": _l("冠名食堂、餐和日子要选一个食堂；感谢墙和对账单不用选。"),
            "naming-meal": _l("只有冠名餐才选早餐、午餐或晚餐。"),
            "naming-day": _l("冠名日要填起止日期里的一天；其他冠名请空着。"),
            "naming-outside": _l("冠名要在协议的起止日期里，请核对日期。"),
            "naming-overlap": _l("%(begins_on)s 到 %(ends_on)s 已经有冠名“%(name)s”，日期重叠了。"),
            "naming-withdrawn": _l("这项冠名到那一天已经结束了。"),
            "leave-form": _l("谁同意或批准、哪一天，都要填齐，或者都空着。"),
            "withdraw-past": _l("已经过去的日子里名字是显示过的：最早从今天起不再显示。"),
            "withdraw-reason": _l("请写明不再显示的原因。"),
            "rule-title": _l("请填规则的名称，最多 %(longest)s 个字。"),
            "rule-amount": _l("每餐付的金额要大于 0；付剩下的全部就空着。"),
            "rule-place": _l("没有这条规则，补贴政策可能刚改过。请重新选位置。"),
        }
    )
    words(
        {
            "sponsor-unknown": _l("没有这位捐赠方。请回到列表再选。"),
            "agreement-unknown": _l("没有这份协议。请回到列表再选。"),
            "naming-unknown": _l("没有这项冠名。"),
            "file-unknown": _l("没有这份文件。"),
        },
        status=404,
    )
