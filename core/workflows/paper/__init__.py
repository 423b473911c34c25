"""The paper's tables on these labels: cross-validation, rows, claims and what is written of them."""
