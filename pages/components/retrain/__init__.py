"""What the Retrain screen is made of: jobs, what changed, the challenge, models and their cards."""
