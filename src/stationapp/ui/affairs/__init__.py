"""Services around a case: their lists, how they are opened, the queue."""
