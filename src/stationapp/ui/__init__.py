"""Windows, models and words; the only package that knows Qt."""
