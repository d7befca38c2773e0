"""The worker: acts on stored events, speaks, and fires timers. Each workflow is one idempotent handler."""
