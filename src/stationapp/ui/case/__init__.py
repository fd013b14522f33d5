"""The parts of the view of one case."""
