"""The editors from which the windows' forms are made."""
