"""marsad incidents, incident, why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from marsad.commands.output import FORMAT, figure, json_lines, load_packs, open_settings_store, table, write

if TYPE_CHECKING:
    from marsad.fuse import Incident
    from marsad.fuse.people import Ratings
    from marsad.settings import Settings
    from marsad.store import Judgement


POLICY = click.option(
    "--policy", metavar="NAME", default="independence", show_default=True,
    help="How the best value of a slot is chosen: independence, closeness, latest, rating, lowest.",
)  # fmt: skip


@click.command()
@click.option("--actor", metavar="ID", help="Only incidents with this actor or one below it.")
@click.option("--type", "type_", metavar="TYPE", help="Only this event type, such as ASSAULT.")
@click.option("--since", metavar="DATE", help="Only from this day on.")
@click.option("--until", metavar="DATE", help="Only up to this day.")
@click.option("--contradicted", is_flag=True, help="Only where reports contradict each other.")
@POLICY
@FORMAT
@click.pass_obj
def incidents(
    settings: Settings, *, actor: str | None, type_: str | None, since: str | None, until: str | None,
    contradicted: bool, policy: str, style: str,
) -> None:  # fmt: skip
    """List incidents, oldest first.

    \b
    Examples:
      marsad incidents --actor iran --since 2022-01-01
      marsad incidents --contradicted --format jsonl --policy lowest
    """
    from marsad.fuse import incidents as derive
    from marsad.fuse.kinship import Kinship
    from marsad.fuse.people import ratings

    packs = load_packs(settings)
    with open_settings_store(settings) as store:
        found, graded = derive(store, packs=packs), ratings(store.decisions())
    kinship = Kinship(packs)
    kept = [i for i in found if (not type_ or i.type == type_) and (not contradicted or i.contradictions)]
    kept = [i for i in kept if (not since or (i.end or "") >= since) and (not until or (i.start or "9999") <= until)]
    if actor:
        kept = [i for i in kept if any(actor in kinship.side(p.id) for p in (*i.actor, *i.recipient))]
    if style == "jsonl":
        json_lines(_document(i, policy, graded) for i in kept)
    else:
        table(("incident", "day", "title", "killed", "voices", "disputed"), [_row(i) for i in kept])


def _row(i: Incident) -> tuple[object, ...]:
    doc = i.to_json()
    return i.id, i.start or "?", i.title_ar, figure(doc["killed"]), i.voices, ", ".join(i.contradictions)


def _document(i: Incident, policy: str, graded: Ratings) -> dict[str, Any]:
    """The incident with its best values, low, high and grades by the policy."""
    from dataclasses import asdict

    from marsad.fuse.policies import best

    return i.to_json() | {"policy": policy, "best": [asdict(b) for b in best(i, policy, graded)]}


@click.command()
@click.argument("id")
@POLICY
@FORMAT
@click.pass_obj
def incident(settings: Settings, id: str, *, policy: str, style: str) -> None:
    """Show one incident: every claim with the reports that make it.

    `*` marks the value that the policy prefers, `!` a slot whose claims exclude each other. The grade is the best
    reliability (A-F) of the sources and the credibility (1-6) of the claim, each as people gave it.

    \b
    Examples:
      marsad incident i-81e217034812
      marsad incident i-81e217034812 --policy lowest
    """
    from marsad.fuse import incident as one
    from marsad.fuse.people import ratings

    with open_settings_store(settings) as store:
        found, graded = one(store, id, packs=load_packs(settings)), ratings(store.decisions())
    document = _document(found, policy, graded)
    if style == "jsonl":
        json_lines([document])
        return
    write(f"{found.id}\n{found.title_ar}\n{found.title_en}\n{found.start or '?'} .. {found.end or '?'}\n")
    title = f"{found.voices} voices, {found.reports} reports; best by {policy}"
    table(("slot", "", "value", "words", "grade", "reports"), _claim_rows(found, document["best"]), title=title)
    table(("voice", "told by", "because"), _voice_rows(found))
    rows: list[tuple[object, ...]] = [
        (d.slot + (f" of {d.of}" if d.of else ""), d.kind, len(d.claims)) for d in found.disputes
    ]
    rows += [("answers", kind, id) for id, kind in found.answers]
    rows += [("answered by", kind, id) for id, kind in found.answered_by]
    if rows:
        table(("slot", "kind", "claims or incident"), rows)


def _claim_rows(found: Incident, best: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    chosen = {(b["slot"], b["claim"]): b["grade"] for b in best}
    excluded = dict.fromkeys(found.contradictions, "!")
    return [
        (slot, ("*" if (slot, n) in chosen else "") + excluded.get(slot, ""), _shown(claim.value), claim.text,
         chosen.get((slot, n), ""), _sources(claim))
        for slot, claims in found.claims.items()
        for n, claim in enumerate(claims)
    ]  # fmt: skip


def _shown(value: Any) -> str:
    """A claim's value as a person reads it: a place by name, point and precision, a span of days, a toll as a range."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if not isinstance(value, dict):
        return str(value)
    if "start" in value:
        days = dict.fromkeys(str(day) for day in (value["start"], value["end"]) if day)
        return f"{' .. '.join(days) or '?'} ({value['precision']})"
    if "lat" in value:
        point = "" if value["lat"] is None else f" {value['lat']:.3f}, {value['lon']:.3f}"
        return f"{value['id'] or '?'}{point} (precision {value['precision'] or '?'})"
    low, high = value["low"], value["high"]
    toll = (
        f"{low}" if low == high else f">={low}" if high is None else f"<={high}" if low is None else f"{low} to {high}"
    )
    return f"{toll} ({value['of']})" if value.get("of") else toll


def _voice_rows(found: Incident) -> list[tuple[object, ...]]:
    because = {(s.report, s.event): s.because for claims in found.claims.values() for c in claims for s in c.sources}
    rows: list[tuple[object, ...]] = [
        (root, f"{report}/{event}", because.get((report, event), "own"))
        for root, keys in found.working
        for report, event in keys
    ]
    return rows + [(root, "", "took it back") for root in found.retracted]


def _sources(claim: Any) -> str:
    return ", ".join(f"{s.report}/{s.event}" for s in claim.sources)


@click.command()
@click.argument("id")
@click.option("--lang", type=click.Choice(["en", "ar"]), default="en", show_default=True, help="Language of reasons.")
@FORMAT
@click.pass_obj
def why(settings: Settings, id: str, *, lang: str, style: str) -> None:
    """Show the verdicts and reasons that hold an incident together, each reason with its weight and the sum so far.

    \b
    Examples:
      marsad why i-81e217034812
      marsad why i-81e217034812 --lang ar
    """
    from marsad.fuse import why as reasons

    with open_settings_store(settings) as store:
        judged = reasons(store, id, packs=load_packs(settings))
    if style == "jsonl":
        json_lines(_judgement(j) for j in judged)
        return
    for j in judged:
        write(f"{'/'.join(j.left)} - {'/'.join(j.right)}: {j.verdict} ({j.by})\n")
        write("".join(_waterfall(j, lang)) + "\n")


def _waterfall(j: Judgement, lang: str) -> list[str]:
    """One line a reason: weight, sum so far, and a bar from the sum before to the sum after."""
    lines, total = [], 0.0
    for reason in j.reasons:
        before, total = total, total + reason["weight"]
        if reason["weight"] or not j.machine:
            low, high = sorted((round(before), round(total)))
            bar = " " * (low + 10) + ("#" if reason["weight"] > 0 else "-") * max(high - low, 1)
            lines.append(f"  {reason['weight']:+5.1f} {total:+6.1f} {bar:<32.32}{reason[lang]}\n")
    return lines


def _judgement(j: Judgement) -> dict[str, Any]:
    out: dict[str, Any] = {"id": j.id, "left": list(j.left), "right": list(j.right), "verdict": j.verdict}
    return out | {"reasons": list(j.reasons), "by": j.by, "at": j.at.isoformat()}
