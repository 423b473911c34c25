"""Recordings and labels from outside: folders, archives, manifests, other tools' exports."""
