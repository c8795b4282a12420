"""How the refusals of pictures read."""

from flask_babel import lazy_gettext as _l

from canteen.web.refusals import words

FIELD_OF = {
    "photo-empty": "picture", "photo-large": "picture", "photo-pixels": "picture", "photo-small": "picture",
    "photo-kind": "picture", "photo-broken": "picture", "photo-caption": "caption", "photo-fund": "fund",
    "canteen-unknown": "canteen", "consent-by": "consent_by", "consent-future": "consent_on",
    "consent-until": "consent_until", "consent-reversed": "consent_until", "consent-over": "consent_until",
    "consent-paper": "paper", "file-empty": "paper", "file-large": "paper", "file-kind": "paper",
    "photo-reason": "reason",
}  # fmt: skip
"""Which field a refusal is about; the others stand at the head of the form."""


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "photo-empty": _l("这张照片是空的，请重新选择。"),
            "photo-large": _l("照片太大：最大 %(megabytes)s MB。请缩小以后再传。"),
            "photo-pixels": _l("照片的像素太多：最多 %(most)s 百万。请缩小以后再传。"),
            "photo-small": _l("照片太小：短边至少 %(least)s 像素。"),
            "photo-kind": _l("只能上传 JPEG、PNG 或 WebP 照片。"),
            "photo-broken": _l("这张照片打不开，可能没有传完或已经损坏。请换一张。"),
            "photo-caption": _l("请写照片说明，最多 %(longest)s 个字。"),
            "photo-fund": _l("这笔资金不是这位捐赠方的，请重新选。"),
            "photo-reason": _l("请写明为什么撤下，最多 %(longest)s 个字。"),
            "photo-withdrawn": _l("这张照片已经撤下了。"),
            "consent-by": _l("请填是谁同意的，最多 %(longest)s 个字。"),
            "consent-future": _l("同意的日期在今天以后，请核对。"),
            "consent-until": _l("照片里认得出人：请填同意到哪一天为止。"),
            "consent-reversed": _l("同意到期的日子早于同意的日子，请核对。"),
            "consent-over": _l("同意已经到期，照片不会显示。请先取得新的同意。"),
            "consent-paper": _l("照片里认得出人：请上传同意书的扫描件，或者勾选认不出任何人。"),
        }
    )
    words({"photo-unknown": _l("没有这张照片，或者已经撤下了。")}, status=404)
