"""What this template's choices cost, as ratios against a peer in the same run."""
