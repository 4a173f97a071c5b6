"""A request as JSON, a process of its own, events."""
