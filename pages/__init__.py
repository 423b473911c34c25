"""All that someone outside can reach: screens and endpoints. Thin, no SQL, no TensorFlow."""
