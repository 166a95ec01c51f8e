from seconder.core.disposal import Disposal, declare_disposal

declare_disposal(Disposal("telemetry.Aggregate", "25 months", ("day",)))
declare_disposal(Disposal("telemetry.ImportedAggregate", "25 months", ("day",)))
declare_disposal(Disposal("telemetry.Release", "25 months", ("last",)))
declare_disposal(Disposal("telemetry.Measurement", "its day, 24 h at most", ("day",)))
declare_disposal(Disposal("telemetry.Timing", "13 months", ("day",)))
declare_disposal(Disposal("telemetry.ErrorGroup", "30 d", ("last_at",)))
