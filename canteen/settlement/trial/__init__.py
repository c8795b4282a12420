"""A month's meals divided again under a draft: who would pay more, who less, what it costs each payer."""
