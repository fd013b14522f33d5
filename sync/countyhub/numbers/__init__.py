"""Numbers: who owns which, which case mentions which, and the county's own serial of each day."""
