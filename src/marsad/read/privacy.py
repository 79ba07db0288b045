"""Whether a named person is a private one, whose name is never shown to everybody."""

from __future__ import annotations

from marsad.read.lexicon import peels
from marsad.read.titling import Context, PersonChunk

_FOLK = frozenset(("وجهاء", "شيوخ", "اعيان", "ابناء", "اهالي", "سكان", "مخاتير"))
_LOCAL = frozenset(("محلي", "بلدي", "قروي", "بلده", "قريه", "بلديه", "حي", "ابناء", "صلح"))
_RELATIVES = frozenset(
    "شقيق شقيقه ابن ابنه زوجه زوج والد والده نجل اخ اخت عم خال قريب قريبه حفيد صهر ارمله مرافق مرافقه".split()
)
_HONOURS = frozenset(
    "شيخ مهندس مهندسه حاج حاجه مجاهد شهيد شهيده فقيد اسير معتقل قتيل مساعد امام خطيب داعيه رجل محامي متهم "
    "مطلوب ام اب".split()
)
_ACTING = frozenset(("ممثلا", "ممثله", "ممثلين"))


class Privacy:
    """Judges by what `context` reads before a name and by what is told of the person behind it."""

    def __init__(self, context: Context) -> None:
        self.context, self.page, self.names = context, context.page, context.names

    def holds(self, chunk: PersonChunk) -> bool:
        """Whether the manual holds the person for a private one."""
        names = self.names
        if chunk.full is not None and chunk.full.strength == "figure":
            return False
        if self.context.chained is not None and chunk.role is None and chunk.after is None:
            return bool(self.context.chained.private)
        kin = chunk.role is not None and any(p.base in names.kin for p in peels(self.page.form(chunk.role[0])))
        if kin or self._humble(chunk):
            return True
        told = [self._standing(r) for r in (chunk.role, chunk.after) if r]
        if True in told:
            return told[0] is not False
        if False in told:
            return False
        return not self._known(chunk)

    def _standing(self, where: tuple[int, int]) -> bool | None:
        """True: words of a private person; False: of one in office; None: neither."""
        page, names = self.page, self.names
        if any(self._ordinary(k) for k in range(*where)):
            return True
        seen: bool | None = None
        for k in range(*where):
            form = page.form(k)
            for peel in peels(form):
                pair = f"{peel.stem} {page.form(k + 1)}"
                if pair in names.public or (peel.stem in names.public and self.context.is_title(k)):
                    return False
                if peel.stem in names.private:
                    seen = True
                    break
        return seen

    def _humble(self, chunk: PersonChunk) -> bool:
        """A relative or an employee of somebody in office: زوجة المسؤول, سائق مدير المنطقة, الطبيب رئيس القسم."""
        if chunk.role is None:
            return False
        page, first = self.page, chunk.role[0]
        for k in (first - 1, first):
            if any(p.stem in _RELATIVES or p.base in self.names.kin for p in peels(page.form(k) or "-")):
                return True
        if f"{page.form(first).removeprefix('ال')} {page.form(first + 1)}" in self.names.public:
            return False
        last = next((k for k in range(chunk.role[1] - 1, first, -1) if self.context.is_title(k)), first)
        if last > first and page.form(last - 1) in "،," and self._lowly(last):
            return True  # شقيق القائد، الشاب فلان
        return self._lowly(first)

    def _lowly(self, k: int) -> bool:
        """The title at token `k` is that of an ordinary person, and no word of honour before another title."""
        peel = self.context.title_peel(k)
        return peel is not None and peel.stem in self.names.private and peel.stem not in _HONOURS

    def _ordinary(self, k: int) -> bool:
        """Token `k` begins words of an ordinary person: أحد وجهاء, قائد السيارة, المجلس المحلي."""
        form, after = self.page.form(k), self.page.form(k + 1)
        if form in ("احد", "احدي", "من"):
            return after.removeprefix("ال") in _FOLK
        if form.removeprefix("ال") == "مجلس":
            return after.removeprefix("ال") in _LOCAL
        return any(f"{peel.stem} {after}" in self.names.private for peel in peels(form))

    def _known(self, chunk: PersonChunk) -> bool:
        """Statesmen and those who speak for a force."""
        page = self.page
        if chunk.full and (chunk.full.parts[-1] in self.names.figures):
            return True
        return page.form(page.skip_quotes(chunk.last)) in _ACTING
