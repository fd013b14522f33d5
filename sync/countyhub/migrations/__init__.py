"""How the hub's tables came to be, step by step; the same statements on SQLite and PostgreSQL."""
