"""Migrations of the station's database; alembic runs them, and only when a file is not of the newest layout."""
