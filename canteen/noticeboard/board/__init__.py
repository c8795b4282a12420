"""The large screen in the dining room: what there is to eat, what it costs, and whose money helps."""
