"""The judge's desk: what plays, what takes labels, and its words in every language."""
