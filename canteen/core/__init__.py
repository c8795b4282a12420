"""The rules of the trade: standard library only, no reading or writing, no clock, no settings."""
