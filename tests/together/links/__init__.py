"""Real bad links: a hub and PCs in processes of their own, real TCP between them, and a line that loses packets."""
