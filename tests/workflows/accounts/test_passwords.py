"""What a stored password costs whoever guesses, outside of tests, which take cheap hashes."""

from __future__ import annotations

import subprocess
import sys

from argon2 import Type, extract_parameters

HASH_ONE = "from core.workflows.accounts import passwords; print(passwords.hash_password('nobody guesses this'))"


def test_a_stored_password_costs_at_least_what_owasp_asks() -> None:
    stored = subprocess.run([sys.executable, "-c", HASH_ONE], capture_output=True, text=True, check=True).stdout.strip()

    costs = extract_parameters(stored)

    assert costs.type is Type.ID
    assert costs.memory_cost >= 19 * 1024
    assert costs.time_cost >= 2
