"""What is loaded lasts as long as the process, so the garbage collector need not look through it."""

import gc

YOUNG = (
    10_000  # objects between two looks at the youngest; Python's own 700 are less than a run in hand makes
)


def settle() -> None:
    """Call it when the process, or a large library in it, is loaded. Without it, looking through all that once takes
    a tenth of a second, in which nothing else happens, and it comes again and again while there is much to do."""
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
