"""How the refusals about programmes and vocabularies read."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "programme-unknown": _l("没有这个补贴项目。"),
            "draft-unknown": _l("没有这份草稿。"),
            "version-unknown": _l("没有从这一天起施行的版本。"),
        },
        status=404,
    )
    words(
        {
            "programme-too-long": _l("有一段文字太长，最多 %(longest)s 个字。"),
            "age-counts-used": _l("补贴项目“%(programme)s”已有用餐，不能再改 age_counts。请用新的编号发布。"),
            "version-used": _l("补贴项目“%(programme)s”的这个版本已有用餐，不能再改。请另发一个从以后某天起施行的版本。"),
        }
    )
    words(
        {
            "draft-closed": _l("这份草稿现在不能这样改。请刷新页面，看看它到了哪一步。"),
            "draft-changed": _l("别人刚刚改过这份草稿。请刷新页面，看过以后再做。"),
            "draft-outdated": _l("起草以后，这个项目又有了新的发布。请先并入，再看一遍。"),
            "draft-unreadable": _l("这个文件不能作为草稿打开：至少要有 [programme] 和 [[version]]。"),
            "draft-nothing-new": _l("这份草稿和已发布的完全一样，没有要发布的。"),
            "draft-faulty": _l("还有问题没有改好，不能提交或发布。问题都列在下面。"),
            "import-nothing-new": _l("这个文件里的内容都已经发布了，没有要改的。"),
            "version-locked": _l("已发布的版本不能改。请复制为新版本，改新的那一份。"),
            "version-begun": _l("这个版本已经施行，不能撤回。请复制为新版本。"),
            "version-only": _l("这是这个项目唯一的版本，而且已经绑定了食堂。请先发布另一个版本。"),
            "version-begins-closed": _l(
                "食堂“%(canteen)s”在 %(first_open_on)s 以前的月份已结账：%(day)s 起的规定不能再变。"
                "请让新版本从 %(first_open_on)s 或以后起施行。"
            ),
            "code-locked": _l("项目的编号发布以后不能改。"),
            "programme-code": _l("编号只能用小写字母、数字和连字符，最多 60 个。"),
            "programme-taken": _l("已经有编号为“%(programme)s”的补贴项目，或者它是一个网页地址。请换一个。"),
            "programme-head": _l("请写出名称、主管部门和出处。"),
            "programme-faulty": _l("补贴项目有 %(count)s 处问题，没有载入。第一处在 %(path)s。"),
            "ticks-missing": _l("还有提醒没有勾选确认。请看过每一条，再勾选。"),
            "take-back-other": _l("这份草稿是别人提交的。请用“退回”，并写明原因。"),
            "refuse-own": _l("这份草稿是您提交的。要改的话，请撤回提交。"),
            "publish-own": _l("您提交或改过这份草稿：发布总要由另一个人来做。"),
            "confirm-own": _l("这是您自己提的：绑定食堂要由另一个人确认。"),
            "proposal-closed": _l("这个提议已经处理过了。请刷新页面。"),
            "already-bound": _l("食堂“%(canteen)s”这一天已经用这个补贴项目。"),
            "already-proposed": _l("食堂“%(canteen)s”已有一个提议在等第二人确认。"),
            "policy-reason": _l("请写明原因。"),
            "bind-closed": _l("食堂“%(canteen)s”的 %(month)s 已结账。请从结账以后的日子起绑定。"),
            "bind-form": _l("请选名单里的食堂；日期写成年、月、日。"),
        }
    )
