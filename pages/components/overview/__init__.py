"""Parts of the Overview."""
