"""Work that outlives a click: jobs, their owners, and the cluster they run on."""
