"""Which model decides at which threshold: the gate, deployments, scoring."""
