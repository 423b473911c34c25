"""Recordings to listen to, with what is known of them."""
