"""Boxes that later slices put on the page where a draft is reviewed: the trial's. This slice knows none of them."""

from canteen.subsidies.drafts.queries import DraftRow
from canteen.web.boxes import Boxes

_boxes: Boxes[DraftRow] = Boxes()

draft_box = _boxes.put
"""Put a box on every draft's review page."""

boxes_of = _boxes.of
"""The boxes of a draft in their order."""
