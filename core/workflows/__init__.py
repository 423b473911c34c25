"""The verbs people say: one function, one use case, one transaction."""
