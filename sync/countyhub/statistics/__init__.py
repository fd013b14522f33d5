"""Figures, bulletins, exchange tables and draws by lot, out of the confirmed events."""
