"""Forecasts for the pairs and governorates of a store, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from marsad.errors import InputError, StoreError
from marsad.packs import Packs, load
from marsad.store import Store
from marsad.watch.alert import Scene
from marsad.watch.alerts import seen
from marsad.watch.forecast import HORIZONS, MODELS, Forecast, forecast
from marsad.watch.panel import Panel, Subject, pairs, places

LEAST = 5  # incidents that a series must have to be forecast without being asked for
BASELINES = {
    "last-window": {"ar": "الأيام الأخيرة", "en": "the last window"},
    "long-mean": {"ar": "المعدل الطويل", "en": "the long mean"},
}
NOTES = {
    "model": {"ar": "النموذج أفضل من خطّي الأساس", "en": "the model beats both baselines"},
    "none": {
        "ar": "لا بيانات لهذه السلسلة: يظهر المعدل الطويل بلا تقييم",
        "en": "no data for this series: the long mean, unscored",
    },
    "short": {
        "ar": "الماضي أقصر من أن يُقيَّم التوقّع ({n} نقاط): يظهر المعدل الطويل",
        "en": "too little past to score a forecast ({n} origins): the long mean is shown",
    },
    "worse": {
        "ar": "النموذج ليس أفضل من {probability} للاحتمال و{count} للعدد: يظهر خط الأساس حيث هو أفضل",
        "en": "shown where they are no worse than the model: {probability} for the probability, {count} for the count",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A forecast of one series as shown: of `subject`, from the day after `date` on, with a note in both languages."""

    subject: Subject
    names: dict[str, str]
    date: date
    forecast: Forecast
    note: dict[str, str]

    def to_json(self) -> dict[str, Any]:
        """{"subject","names":{"ar","en"},"date","days","probability","count":{"mean","low","high"},"shown":
        {"probability","count": a model's name},"origins","scores":{model:{"brier","crps","coverage"}},"note":{...}}."""
        f = self.forecast
        chance, count = f.outlooks[f.probability_by], f.outlooks[f.count_by]
        out: dict[str, Any] = {"subject": list(self.subject), "names": self.names, "date": self.date.isoformat()}
        out |= {"days": f.days, "probability": round(chance.probability, 4)}
        out["count"] = {"mean": round(count.mean, 3), "low": count.low, "high": count.high}
        out |= {"shown": {"probability": f.probability_by, "count": f.count_by}, "origins": f.origins}
        scores = {name: f.scores[name] for name in MODELS if name in f.scores}
        out["scores"] = {
            name: {"brier": round(s.brier, 4), "crps": round(s.crps, 4), "coverage": round(s.coverage, 3)}
            for name, s in scores.items()
        }
        return out | {"note": self.note}


def outlooks(
    store: Store, *, of: str = "pairs", subject: Subject = (), packs: Packs | None = None, today: date | None = None
) -> Iterator[Told]:
    """Forecasts 7 and 28 days ahead of all pairs or places (governorates), or of one `subject`.

    Counts are of material conflict told as having happened. Raises StoreError E310 or E311 for an unknown actor or
    place, InputError E120 for a pair of one.
    """
    packs = packs or load()
    scene = seen(store, packs=packs, today=today)
    day = scene.today
    panel = _panel(scene, of, subject)
    for n, who in enumerate(panel.subjects):
        names = {g: " - ".join(words.values()) for g, words in scene.names(*who).items()}
        for days in HORIZONS:
            found = forecast(panel.counts[n], panel.exposure, days=days)
            yield Told(who, names, day, found, _note(found, panel.counts[n].sum()))


def _panel(scene: Scene, of: str, subject: Subject) -> Panel:
    if len(subject) == 2:
        ends = _ends(scene, subject)
        return pairs(scene.counter, published=scene.published, until=scene.today, count="material", only=[ends])
    if of == "places" or subject:
        panel = places(scene.incidents, published=scene.published, until=scene.today)
        return panel.only(_place(scene, subject[0])) if subject else panel.kept(LEAST)
    found = pairs(scene.counter, published=scene.published, until=scene.today, count="material", least=LEAST)
    return found.kept(LEAST)


def _ends(scene: Scene, subject: Subject) -> Subject:
    from marsad.relate.naming import resolve

    met = {p.id for i in scene.incidents for p in (*i.actor, *i.recipient)}
    ends = tuple(resolve(word, scene.packs, met=met) for word in subject)
    if ends[0] == ends[1]:
        raise InputError("E120", f"{ends[0]!r} makes no pair with itself", "name two actors")
    return ends


def _place(scene: Scene, id: str) -> str:
    if id not in scene.packs.places or id.count("/") != 1:
        raise StoreError("E311", f"no governorate {id!r}", "list them with: marsad forecast --places")
    return id


def _note(found: Forecast, total: float) -> dict[str, str]:
    shown = (found.probability_by, found.count_by)
    if not total:
        return NOTES["none"]
    if not found.scores:
        return {g: text.format(n=found.origins) for g, text in NOTES["short"].items()}
    if shown == ("model", "model"):
        return NOTES["model"]
    return {g: NOTES["worse"][g].format(**_better(shown, g)) for g in ("ar", "en")}


def _better(shown: tuple[str, str], language: str) -> dict[str, str]:
    plain = {"model": {"ar": "النموذج", "en": "the model"}, **BASELINES}
    return {what: plain[name][language] for what, name in zip(("probability", "count"), shown, strict=True)}
