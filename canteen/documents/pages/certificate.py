"""Who gets a certificate of thanks, and what it says."""

from canteen.core.words import period_in_words
from canteen.documents.papers import DonorStatement, FundStatement, ThanksCertificate


def gets_certificate(source: DonorStatement) -> bool:
    """A donation that paid for a meal does; commercial money and a draft do not."""
    return source.meals > 0 and not source.commercial and not source.heading.draft


def certificate_of(source: DonorStatement) -> ThanksCertificate:
    """The certificate of a statement: its figures, its number, its check code."""
    heading = source.heading
    return ThanksCertificate(
        heading=heading,
        addressed_to=source.addressed_to,
        period=period_in_words(heading.period_from, heading.period_until),
        meals=source.meals,
        elders=source.elders,
        at_least=isinstance(source, FundStatement) and source.at_least,
        meal_word=_meal_word(source),
        recipient=source.recipient,
        canteens="、".join(source.canteen_names),
    )


def _meal_word(source: DonorStatement) -> str:
    return "午餐" if {line.meal_period for line in source.lines if line.elders} == {"午餐"} else "饭菜"
