"""今天谁还没来: regulars who did not come, whom the cashier asked after, and whom somebody should visit.

A tick at the till says that somebody asked; who is not ticked when service ends becomes one visit task. A meal or a
tick that arrives later, from a tablet that had no network, settles the task by itself.
"""
