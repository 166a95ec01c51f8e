from seconder.telemetry.models.aggregate import Aggregate
from seconder.telemetry.models.budget import NoiseBudget
from seconder.telemetry.models.error_group import ErrorGroup
from seconder.telemetry.models.imported import ImportedAggregate
from seconder.telemetry.models.measurement import Measurement, Timing
from seconder.telemetry.models.release import Release

__all__ = ["Aggregate", "ErrorGroup", "ImportedAggregate", "Measurement", "NoiseBudget", "Release", "Timing"]
