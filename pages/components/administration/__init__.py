"""Parts of Administration that are no other screen's."""
