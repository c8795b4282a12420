"""Prepaid wallets, vouchers and the closing of accounts.

Promises: wallets and vouchers are never below zero; money goes in once per key; a dead elder's wallet is frozen.
"""
