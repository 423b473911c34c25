"""Background work: jobs, their owners, and the cluster they run on."""
