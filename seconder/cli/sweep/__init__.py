"""`privacy sweep`: somebody who does not exist goes through an installation made for it, with a word of chance for each
datum; then every store is searched for these words, and once more after the person was erased."""
