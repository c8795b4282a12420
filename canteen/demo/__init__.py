"""A believable district for looking around, training and measuring: invented people, the real code paths."""
