from seconder.core.disposal import Disposal, declare_disposal

declare_disposal(Disposal("verification.Absence", "90 d after it ended", ("ends_at",)))
declare_disposal(Disposal("verification.Allowance", "with the review", ("ends_at",)))
