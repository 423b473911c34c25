"""Endpoints that are no screen: the guard, sign-in, audio, judging, the API."""
