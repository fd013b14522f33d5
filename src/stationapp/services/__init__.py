"""What a person at a desk can do, one file per kind of work."""
