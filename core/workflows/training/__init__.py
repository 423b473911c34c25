"""What training and scoring share: snapshots, features, checkpoints, and the folders of published models."""
