"""The pages of policies, brought together under one name."""

from canteen.subsidies import words
from canteen.subsidies.blueprint import bp

words.register()

__all__ = ["bp"]
