"""Ground floor: named things that import nothing of ours.

Owns: ids and clock, refusals (errors with a stable type), encryption of free text with one key per
person, the vocabulary of personal data and the check that every column is declared, doors (who may
open a URL), purposes and recipients, outbound HTTP and mail, the embedded database.
"""
