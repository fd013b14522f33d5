"""Reference documents: organisation, catalogue, calendar and the list of devices, each version signed."""
