"""What is measured of the product's use, speed and errors: as little as answers the question, and nobody by name.

Face: `measure(name, value, of=…, **dimensions)`; `flushing.flush()` writes what was noted; `gate` is the only way from
what was counted to what is shown.
"""

from seconder.telemetry.measuring import measure
from seconder.telemetry.visitors import Who

__all__ = ["Who", "measure"]
