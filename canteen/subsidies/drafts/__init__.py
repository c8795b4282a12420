"""Drafts of policies: begun, changed card by card, submitted, published by a second person or refused."""
