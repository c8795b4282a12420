"""From a paper's plain values to its page model: columns, sums, and the refusal of what does not add up."""

import re

from canteen.documents.model import DRAFT, Paper
from canteen.documents.pages.donor import donor_paper
from canteen.documents.pages.fund import fund_paper
from canteen.documents.pages.government import government_paper
from canteen.documents.pages.roster import roster_paper
from canteen.documents.pages.settlement import settlement_paper
from canteen.documents.papers import (
    DonorStatement,
    FundStatement,
    GovernmentSettlement,
    RosterPaper,
    SealedPaper,
)

UNSAFE_IN_FILE_NAMES = re.compile(r'[\x00-\x1f/\\:*?"<>|]+')


def paper_of(source: SealedPaper) -> Paper:
    """The page model of a sealed paper; raises DoesNotBalance."""
    if isinstance(source, GovernmentSettlement):
        return government_paper(source)
    if isinstance(source, RosterPaper):
        return roster_paper(source)
    if isinstance(source, FundStatement):
        return fund_paper(source)
    if isinstance(source, DonorStatement):
        return donor_paper(source)
    return settlement_paper(source)


def file_stem(source: SealedPaper) -> str:
    """What its files are called, without the ending: 幸福里食堂_2026年11月_政府结算表_v1."""
    paper = paper_of(source)
    who = source.addressed_to if isinstance(source, DonorStatement) else paper.heading.canteen_name
    version = DRAFT if paper.heading.draft else f"v{paper.heading.version}"
    stem = f"{who}_{paper.period.replace(' ', '')}_{paper.form}_{version}"
    return UNSAFE_IN_FILE_NAMES.sub("_", stem)
