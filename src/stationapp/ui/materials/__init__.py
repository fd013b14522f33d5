"""Materials as they lie on the table: counts, who keeps the original, scans."""
