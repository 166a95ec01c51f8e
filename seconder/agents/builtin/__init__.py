"""The built-in model: no language model, but extraction by schema, quotes and a choice of tools.

Face: `extract(text, schema, prompt) -> Extraction`; `model.BuiltinModel` for the AI loop (imported from its
module, as it brings Pydantic AI with it).
"""

from seconder.agents.builtin.document import Source
from seconder.agents.builtin.extraction import Extraction, extract

__all__ = ["Extraction", "Source", "extract"]
