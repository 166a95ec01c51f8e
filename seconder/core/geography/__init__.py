"""The country and region of a network address, as far as a data set of the operator's tells them: never anything finer.

Face: `place_of(address)`, without a network and in memory; `attribution()`, which the data set's licence may ask for;
`importing.cut(path)` reads such a data set and keeps of it what is told here.
"""

from seconder.core.geography.table import NOWHERE, Place, attribution, is_there, place_of

__all__ = ["NOWHERE", "Place", "attribution", "is_there", "place_of"]
