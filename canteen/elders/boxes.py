"""Boxes that later slices put on an elder's page: the card's, the wallet's. This slice knows neither."""

from canteen.elders.queries import ElderPage
from canteen.web.boxes import Boxes

_boxes: Boxes[ElderPage] = Boxes()

elder_box = _boxes.put
"""Put a box on every elder's page; by `order`: cards 10, wallets 20."""

boxes_of = _boxes.of
"""The boxes of an elder's page in their order."""
