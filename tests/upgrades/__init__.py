"""What earlier versions of the program wrote, kept for ever, and that today's understands all of it."""
