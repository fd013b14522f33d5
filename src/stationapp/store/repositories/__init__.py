"""Every query of the store, one file per topic. `…Queries` only ask; the class built on it also writes."""
