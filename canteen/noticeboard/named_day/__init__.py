"""您的一餐: one picture of a named day, when it is over."""
