"""The examples in the docstrings of `core.metrics` run, and give what stands beneath them."""

from __future__ import annotations

import doctest
import inspect
import pkgutil
from importlib import import_module
from types import ModuleType

import pytest

from core import metrics

MODULES = [import_module(f"core.metrics.{module.name}") for module in pkgutil.iter_modules(metrics.__path__)]
WITHOUT_EXAMPLE = {"validate", "wilson"}  # checks, and what a public function's example covers


def public_functions(module: ModuleType) -> dict[str, str]:
    """Name and docstring of the module's own public functions."""
    functions = inspect.getmembers(module, inspect.isfunction)
    return {
        name: inspect.getdoc(function) or ""
        for name, function in functions
        if function.__module__ == module.__name__ and not name.startswith("_")
    }


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rsplit(".", 1)[-1])
def test_the_examples_of_a_module_give_what_they_show(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rsplit(".", 1)[-1])
def test_every_public_function_has_an_example(module: ModuleType) -> None:
    without = {name for name, text in public_functions(module).items() if ">>>" not in text}
    assert without <= WITHOUT_EXAMPLE
