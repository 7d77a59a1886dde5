"""The performance yardsticks: each prints a ratio to the bare minimum of the same machine."""
