"""What an organization promised about people's data, and what became of it when something went wrong.

Face: `Agreement.in_force(organization)`, the signed terms that hold today; the register of incidents.
"""
