"""Load: how much the hub takes on at once, who waits for news, and when the others are asked to come back."""
