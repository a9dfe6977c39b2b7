"""See the first line of each file."""
