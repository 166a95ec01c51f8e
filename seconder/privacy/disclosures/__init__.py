"""Disclosures: what stands against one (`rules`), the ledger of each (`book`), and each person's page of theirs."""
