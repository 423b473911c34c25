"""The only rooms that speak SQL. They hand out frozen dataclasses, never rows."""
