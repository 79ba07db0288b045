"""Flags made from the inlets' options, so that there is one place that says what an inlet can be told."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any, Literal, TypeVar, get_args, get_origin

import click

F = TypeVar("F", bound=Callable[..., Any])


def inlet_flags(command: F) -> F:
    """Give a command `--inlet`, `--outlet` and a flag for each option of each inlet (`--table-text COLUMN`)."""
    from marsad.gather.registry import BY_NAME, OPTIONS

    for name, options in sorted(OPTIONS.items(), key=itemgetter(0), reverse=True):
        for key, info in reversed(options.model_fields.items()):
            command = _flag(f"{name}_{key}", info)(command)
    command = click.option("--outlet", metavar="NAME", help="Outlet of all that comes in.")(command)
    kinds = click.Choice(sorted(BY_NAME))
    return click.option("--inlet", type=kinds, help="Take everything for this kind instead of looking.")(command)


def given_options(values: dict[str, Any]) -> dict[str, Any]:
    """Those of a command's values that are inlets' options and were given."""
    from marsad.gather.registry import OPTIONS

    known = {f"{name}_{key}" for name, options in OPTIONS.items() for key in options.model_fields}
    return {key: value for key, value in values.items() if key in known and value is not None}


def _flag(name: str, info: Any) -> Callable[[F], F]:
    flag, help_ = f"--{name.replace('_', '-')}", str(info.description)
    if info.annotation is bool:
        both, told = f"{flag}/--no-{name.replace('_', '-')}", f"{help_} [default: {'yes' if info.default else 'no'}]"
        return click.option(both, name, default=None, help=told)
    shown = "" if info.default is None else f" [default: {info.default}]"
    return click.option(flag, name, type=_type(info.annotation), help=help_ + shown)


def _type(annotation: Any) -> Any:
    if get_origin(annotation) is Literal:
        return click.Choice(get_args(annotation))
    kinds = {annotation, *get_args(annotation)}
    return next((kind for kind in (int, float) if kind in kinds), str)
