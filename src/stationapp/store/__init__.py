"""Records on disk: the event log, its projections, search and migrations."""
