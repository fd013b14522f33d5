"""Who holds which post, and until when."""
