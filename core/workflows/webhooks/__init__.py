"""Telling other programs of events, by signed requests (Standard Webhooks)."""
