"""What the till says aloud: every phrase that a canteen may record in its own voice, and in its own dialect.

A sentence is put together from these pieces: 王 + 奶奶, then 请用餐; 请付 + 五 + 元. The texts are Chinese because that
is what an elder hears; a tablet's own voice says the whole sentence at once.
"""

from dataclasses import dataclass

from canteen.core.names import FORMS_OF_ADDRESS

SENTENCE, ADDRESS, SURNAME, NUMBER, DIET = "sentence", "address", "surname", "number", "diet"
KINDS = (SENTENCE, ADDRESS, SURNAME, NUMBER, DIET)
"""Kinds of phrases, in the order in which a canteen records them."""

LONGEST_SENTENCE_SECONDS = 2.5


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase. `key` never changes: recordings are kept under it."""

    key: str
    kind: str
    text: str


SENTENCES = {
    "please-eat": "请用餐。",
    "pay": "付",
    "please-pay": "请付",
    "look": "请注意。",
    "already": "这餐已经刷过了，没有重复扣款。",
    "wait": "请稍等。",
    "unclear": "没扫清楚，请再放一次。",
    "topped-up": "充值",
    "balance": "余额",
    "undone": "已撤销，可以重新刷卡。",
    "offline": "没有网络，照常刷卡。",
    "online": "网络好了。",
}
SURNAMES = "王李张刘陈杨赵黄周吴徐孙"
NUMBERS = "零一二两三四五六七八九十百千元角分"
DIETS = ("软食", "流食", "低盐", "低糖", "清真", "素食", "花生过敏", "海鲜过敏", "牛奶过敏", "鸡蛋过敏")

PHRASES: tuple[Phrase, ...] = (
    *(Phrase(key, SENTENCE, text) for key, text in SENTENCES.items()),
    *(Phrase(f"address-{text}", ADDRESS, text) for text in FORMS_OF_ADDRESS),
    *(Phrase(f"surname-{text}", SURNAME, text) for text in SURNAMES),
    *(Phrase(f"number-{text}", NUMBER, text) for text in NUMBERS),
    *(Phrase(f"diet-{text}", DIET, text) for text in DIETS),
)
BY_KEY = {phrase.key: phrase for phrase in PHRASES}
