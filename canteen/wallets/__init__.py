"""Prepaid wallets, vouchers and the closing of accounts.

Promises: wallets and vouchers never fall below zero; money goes in once per key; a dead elder's wallet is
frozen.
"""
