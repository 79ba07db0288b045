"""marsad forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from marsad.commands.output import FORMAT, json_lines, load_packs, open_settings_store, table

if TYPE_CHECKING:
    from marsad.settings import Settings


@click.command()
@click.argument("subject", nargs=-1)
@click.option("--places", is_flag=True, help="All governorates instead of all pairs.")
@click.option("--today", metavar="DATE", help="The day from which is looked ahead; the last report's where not given.")
@FORMAT
@click.pass_obj
def forecast(settings: Settings, *, subject: tuple[str, ...], places: bool, today: str | None, style: str) -> None:
    """Chances of material conflict 7 and 28 days ahead, of all pairs, of two actors, or of a governorate.

    Each forecast is shown with its score at earlier days; where it does not beat the last window and the long mean,
    the better of these is shown instead, and said so.

    \b
    Examples:
      marsad forecast russia iran
      marsad forecast sy/deir-ez-zor
      marsad forecast --places --format jsonl
    """
    from marsad.gather.meta import parse_day
    from marsad.watch.outlooks import outlooks

    if len(subject) > 2:
        raise click.UsageError("name two actors or one governorate")
    day = parse_day(today, where="--today") if today else None
    with open_settings_store(settings) as store:
        of, packs = "places" if places else "pairs", load_packs(settings)
        found = [told.to_json() for told in outlooks(store, of=of, subject=subject, packs=packs, today=day)]
    if style == "jsonl":
        json_lines(found)
    else:
        heads = ("series", "days", "at least one", "count", "80 %", "Brier", "CRPS", "coverage", "note")
        table(heads, [_row(told) for told in found])


def _row(told: dict[str, Any]) -> tuple[object, ...]:
    count, shown, scores = told["count"], told["shown"], told["scores"]
    figures = ("", "", "")
    if scores:
        one, two = scores[shown["probability"]], scores[shown["count"]]
        figures = (f"{one['brier']:.3f}", f"{two['crps']:.3f}", f"{two['coverage']:.0%}")
    chance, reach = f"{told['probability']:.0%}", f"{count['low']}-{count['high']}"
    return told["names"]["en"], told["days"], chance, f"{count['mean']:.1f}", reach, *figures, told["note"]["en"]
