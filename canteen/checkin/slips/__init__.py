"""Paper slips and sign sheets: meals that were served where no tablet was, entered later.

One person enters what the paper says, another approves it. An approved line goes through the same check-in as a
scan: one meal a slot, the same division, the open month where its own is closed. It is counted apart everywhere.
"""
