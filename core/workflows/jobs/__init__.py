"""Background jobs, and the cluster that they run on."""
