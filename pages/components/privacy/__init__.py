"""What the screen about consent and retention shows."""
