"""Who may do what: one table, shown to everybody, asked by every route that changes something."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from marsad.store.people import ROLES

ACTS: Mapping[str, tuple[str, str, str]] = MappingProxyType({
    # act: the least role, what it is in Arabic, in English
    "read": ("reader", "قراءة الأحداث والتقارير بأسماء محجوبة", "read incidents and reports, private names masked"),
    "review": ("coder", "قبول الأحداث وتصحيحها ورفضها وإضافتها", "accept, correct, reject and add events"),
    "verdict": ("coder", "الحكم بأن روايتين حدث واحد أو حدثان", "say that two tellings are one happening or two"),
    "mark": ("coder", "تعليم التنبيهات ومتابعتها", "acknowledge, mute and follow alerts"),
    "code": ("coder", "ترميز تقرير منفردا", "code a report alone"),
    "undo-others": ("lead", "التراجع عن قرارات الآخرين", "take back what others decided"),
    "assign": ("lead", "توزيع التقارير على المرمزين", "have reports coded by several coders"),
    "adjudicate": ("lead", "الفصل بين المرمزين", "decide between coders"),
    "unmask": ("lead", "كشف الأسماء الخاصة مع ذكر السبب", "see private names, for a reason that is kept"),
    "export": ("lead", "إخراج التصحيحات سجلات مرجعية", "export corrections as reference records"),
    "users": ("admin", "إدارة الأشخاص وأدوارهم ورموز القراءة", "manage people, roles and read tokens"),
    "trail": ("admin", "رؤية سجل أعمال الجميع", "see what everybody did"),
})  # fmt: skip


def may(role: str) -> list[str]:
    """The acts that a role may do, in the order of the table."""
    rank = ROLES.index(role)
    return [act for act, (least, _, _) in ACTS.items() if ROLES.index(least) <= rank]


def table() -> dict[str, object]:
    """{"roles": [{"role","may"}], "acts": {act: {"ar","en"}}}."""
    roles = [{"role": role, "may": may(role)} for role in ROLES]
    return {"roles": roles, "acts": {act: {"ar": ar, "en": en} for act, (_, ar, en) in ACTS.items()}}
