"""Why a meal cost its elder what it did: the rule, the notice, the facts with their evidence, the limits."""
