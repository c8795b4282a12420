"""Pages of sponsors and agreements."""

import canteen.sponsors.agreements.models  # noqa: F401
