"""One function per paper: it gathers from the case, its event and the organisation what the paper says."""
