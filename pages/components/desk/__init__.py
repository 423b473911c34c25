"""The judge's desk: the component that plays and takes labels, and its texts in every language."""
