"""The law of the case: pure rules and data, standard library only."""
