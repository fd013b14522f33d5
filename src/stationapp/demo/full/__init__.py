"""The full story: every state, move, kind and paper of a case, played by some fifty cases at seven PCs."""
