"""The policy: made from what is declared and from this installation's settings, published in versions that never
change.

`facts` says what is so, `text` says it in words, `document` is both as one text with a hash. `comparing` finds what
differs between two and how much that weighs; `publishing` makes a version of it, and `telling` lets people know.
"""
