"""Gifts to a fund: money, pledges, goods; and what leaves it beside meals: expenses, paying over, refunds.

Words: pledged 认捐, received 到账, used 已用, paid over 拨付, goods in kind 实物, expense 支出, refund 退回.
Promises: the four amounts are never confused, each is read from the journal; a fund never pays more than it holds, and
one fund never pays for another; a gift is booked once; a correction is a reversal.
"""
