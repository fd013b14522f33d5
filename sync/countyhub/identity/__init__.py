"""Who the hub is: county, epoch and signing key."""
