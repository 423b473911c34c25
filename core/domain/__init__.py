"""The language of the tool: labels, roles, records and rules. Standard library only; every room may import it."""
