"""Screens and endpoints: all that can be reached from outside. No SQL, no TensorFlow."""
