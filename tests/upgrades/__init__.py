"""What programs of earlier layouts and editions wrote, kept for ever: today's understands it and goes on with it."""
