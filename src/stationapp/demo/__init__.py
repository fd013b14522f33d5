"""The demonstration county and the story it plays."""
