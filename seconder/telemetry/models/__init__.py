from seconder.telemetry.models.aggregate import Aggregate
from seconder.telemetry.models.measurement import Measurement, Timing
from seconder.telemetry.models.release import Release

__all__ = ["Aggregate", "Measurement", "Release", "Timing"]
