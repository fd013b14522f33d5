"""What the hub does by itself as time passes: acceptance by silence, and what a stop left half done."""
