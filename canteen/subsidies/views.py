"""The pages of policies, brought together under one name."""

from canteen.subsidies import words
from canteen.subsidies.blueprint import bp

words.register()

# Each part hangs its pages on the blueprint when it is imported.
import canteen.subsidies.drafts.review_views  # noqa: E402, F401
import canteen.subsidies.drafts.views  # noqa: E402, F401
import canteen.subsidies.editor.views  # noqa: E402, F401
import canteen.subsidies.trying.views  # noqa: E402, F401
import canteen.subsidies.vocabulary.views  # noqa: E402, F401

__all__ = ["bp"]
