"""What a rendered project is measured against: the same application, written in other ways. Run in its environment."""
