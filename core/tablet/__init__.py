"""The product's model on a device: the JavaScript of its features, and how a model becomes one ES module."""
