"""The lists that rules speak in: categories, levels, working days, voucher kinds, each with its history."""
