"""Erasing somebody: what will happen is computed and shown (`planning`), written down outside the database before the
first step (`ledger`), done in steps of which each may be done twice (`steps`, `performing`), and done again on a
database that came back from a backup (`replaying`)."""
