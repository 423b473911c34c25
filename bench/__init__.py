"""Measurements that take a while; nothing of the product is imported from here."""
