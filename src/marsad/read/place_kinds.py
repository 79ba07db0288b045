"""Kinds of places: what a type noun of the text may name, and which kind a short form wants."""

from __future__ import annotations

# Which kinds of the gazetteer a type noun of the text may name.
FITS = {
    "governorate": {"governorate"}, "city": {"city", "town"}, "town": {"town", "village", "city"},
    "village": {"village", "town"}, "neighbourhood": {"neighbourhood"}, "field": {"field"},
    "airport": {"airport", "airbase"}, "base": {"base", "site", "airbase"}, "crossing": {"crossing"}, "camp": {"camp"},
    "dam": {"dam"}, "bridge": {"bridge"}, "road": {"road"}, "desert": {"desert", "region"},
    "mountain": {"mountain", "region"},
    "river": {"river"}, "lake": {"lake"}, "port": {"port"}, "station": {"station", "refinery"},
    "region": {"region", "governorate", "city", "district"},
    "district": {"district", "region", "town", "city"}, "site": {"site", "base"},
}  # fmt: skip
ANAPHORS = {
    "مدينه": "city", "بلده": "town", "قريه": "village", "حي": "neighbourhood", "حقل": "field", "مطار": "airport",
    "قاعده": "base", "معسكر": "base", "معبر": "crossing", "مخيم": "camp", "محافظه": "governorate", "حاجز": "site",
    "جسر": "bridge", "سد": "dam", "باديه": "desert", "ميناء": "port", "منطقه": "", "ناحيه": "town", "ضيعه": "village",
    "موقع": "", "مفرق": "neighbourhood", "منفذ": "crossing", "محطه": "station", "مقر": "site", "مبني": "site",
    "سجن": "site", "مكان": "", "نقطه": "site", "مستودع": "site", "فوج": "base", "ثكنه": "base",
    "سوق": "site", "ساحه": "site", "دوار": "site", "مدرسه": "site", "جامع": "site", "مسجد": "site", "ملعب": "site",
    "طريق": "road", "اوتوستراد": "road", "مشفي": "site", "حقول": "field", "قري": "village", "احياء": "city",
}  # fmt: skip
