"""Looking at the whole hub: lists, counts, and the check of every chain and projection."""
