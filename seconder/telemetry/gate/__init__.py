"""The release gate: the only way from what was counted to what anybody sees.

`let_through(cells, k, total)` says which cells may be shown; `attack(shown, k, total)` tries to find few people in them
all the same; `closing` and `releasing` do both before a number is kept or handed out, and write it in the register.
"""

INSIDE, OUTSIDE = 10, 25  # people at least behind every number, shown in the product and handed to others
