"""Recordings and labels from outside: folders, archives, manifests, exports of other tools."""
