"""Who did it and who bore it: roles by voice, order, prepositions and meaning around a trigger."""

from __future__ import annotations

from marsad.read.chunks import Chunk
from marsad.read.clauses import clause_of
from marsad.read.deed import Deed, is_party
from marsad.read.force import ForceRoles
from marsad.read.moves import MoveRoles
from marsad.read.speech import SpeechRoles
from marsad.read.triggers import Trigger

__all__ = ["Deed", "RoleReader"]


class RoleReader(ForceRoles, SpeechRoles, MoveRoles):
    """Assigns roles within one sentence; the frame's `syntax` names the method that reads them."""

    def deeds(self) -> list[Deed]:
        """All deeds of the sentence with their roles; the subject runs on where a verb has none."""
        out: list[Deed] = []
        for trigger in self.triggers:
            self._lead(trigger, out)
            deed = self._deed(trigger)
            self._among(deed)
            self._alleged(deed, out)
            if deed.type == "THREATEN" and not any(c.id for c in deed.recipients):
                self._threatened(deed, out)
            out.append(deed)
            if (
                deed.actors
                and trigger.frame.syntax not in ("outcome", "mutual")
                and (trigger.verb or trigger.light is not None)
            ):
                self.subject = deed.actors
            if deed.recipients and trigger.frame.syntax != "outcome":
                self.object = deed.recipients
            if trigger.frame.syntax == "mutual" and len(deed.actors) > 1:
                self.sides = deed.actors
                if trigger.verb is not None:
                    self.subject = deed.actors[:1]
        return out

    def _lead(self, trigger: Trigger, before: list[Deed]) -> None:
        """A verb with و goes on with the subject of the sentence's own first verb, though that one tells no deed."""
        if trigger.verb is None or not self._goes_on(trigger) or any(d.actors for d in before):
            return
        for chunk in self.chunks:
            if chunk.last > trigger.first:
                return
            if is_party(chunk) and chunk.id and not chunk.link and chunk.head != "voice" and not self._soft(chunk):
                self.subject = [chunk]
                return

    def _threatened(self, deed: Deed, before: list[Deed]) -> None:
        """Who is threatened: named in the threat itself, or asked for something in the same breath."""
        own = {c.id for c in deed.actors} | {None, "civilians"}
        first = deed.complement if deed.complement is not None else deed.trigger.last
        named = [
            c
            for c in self.chunks
            if 0 <= c.first - first <= 6 and is_party(c) and c.id not in own and c.link in ("", "on", "to-l")
        ]
        asked = next((d.recipients for d in reversed(before) if d.type in ("REQUEST", "COERCE") and d.recipients), [])
        deed.recipients = (
            named[:1] or [c for c in asked if c.id not in own] or [c for c in self.object if c.id not in own]
        )
        deed.told = deed.told or bool(deed.recipients and deed.complement is not None)

    def _alleged(self, deed: Deed, before: list[Deed]) -> None:
        """اتهم X Y بقصف كذا: the accused is said to have done it."""
        trigger = deed.trigger
        accused = next((d for d in reversed(before) if d.type == "ACCUSE" and d.recipients), None)
        if accused is None or deed.actors or trigger.verb is not None or deed.type not in ("ASSAULT", "COERCE"):
            return
        if trigger.peel and (trigger.peel.prep == "ب" or trigger.peel.conj) and accused.clause == deed.clause:
            deed.actors = list(accused.recipients)
            deed.rules.append("alleged")

    def _among(self, deed: Deed) -> None:
        """اعتقلت ثلاثة شبان بينهم فلان: those named among the people bear it too."""
        if not deed.recipients or deed.recipients[-1].people is None:
            return
        last = deed.recipients[-1].last
        for k in range(last, min(last + 12, self.sentence.last)):
            if self.page.form(k) in ("بينهم", "بينهما", "منهم", "هم", "هما", "وهم", "وهما"):
                named = [c for c in self.chunks if c.kind == "person" and 0 < c.first - k <= 5]
                deed.recipients = (
                    [*deed.recipients, *self._group(self.chunks, self.chunks.index(named[0]))]
                    if named
                    else deed.recipients
                )
                return
            if any(t.first == k and t.verb for t in self.triggers):
                return

    def _deed(self, trigger: Trigger) -> Deed:
        anchor = trigger.light if trigger.light is not None else trigger.first
        clause = clause_of(self.bounds, self.sentence.last, trigger.first)
        clause = (min(clause[0], clause_of(self.bounds, self.sentence.last, anchor)[0]), clause[1])
        deed = Deed(trigger, self.number, clause, trigger.frame.type, trigger.frame.mode, rules=[trigger.frame.id])
        getattr(self, "_" + trigger.frame.syntax, self._strike)(deed)
        if (not deed.actors and trigger.verb is None) or trigger.frame.syntax in ("blast", "shot"):
            self._told_after(deed)
        if (
            not deed.actors
            and trigger.verb is not None
            and not trigger.passive
            and trigger.frame.syntax not in ("outcome", "blast", "protest")
        ):
            deed.actors = self._matrix(deed)
        return deed

    def _matrix(self, deed: Deed) -> list[Chunk]:
        """الحزب نفى أن يكون قد أطلق النار: the subject of the verb above."""
        first = deed.clause[0]
        if self.page.form(first) not in ("ان", "بان", "انه", "انها", "بانه", "بانها", "انهم"):
            return []
        earlier = [c for c in self.chunks if c.last <= first and is_party(c) and not c.link and c.id]
        return earlier[-1:]
