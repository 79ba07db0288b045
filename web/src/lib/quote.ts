import type { CountRecord, EventRecord, LinkRecord } from './types'
import { COUNTS } from './types'

/** One readable value of an event with the spans of its words; `key` names it, `tone` gives its colour. */
export type FieldRow = {
  key: string
  slot: string
  tone: string
  text: string
  value: string | null
  rule: string
  spans: [number, number][]
  also: [number, number][]
  conflict?: string
  record: unknown
}
export type Piece = { text: string; keys: string[]; tone: string; evidence: boolean; noise: boolean; bound: boolean; other: string }

const TONES: Record<string, string> = {
  actor: 'actor', recipient: 'recipient', place: 'place', from: 'place', to: 'place', time: 'time_',
  attribution: 'voice', claimed_by: 'actor', equipment: 'count_',
}

/** The fields of `event` in the order in which they are read. */
export function rows(event: EventRecord): FieldRow[] {
  const out: FieldRow[] = []
  const add = (slot: string, record: any, value: string | null, span?: [number, number]) => {
    if (!record) return
    const own = span ?? [record.start, record.end]
    const tone = TONES[slot] ?? 'count_'
    out.push({
      key: `${slot}-${out.length}`, slot, tone, text: record.text, value, rule: record.rule ?? '', spans: [own],
      also: record.mentions ?? [], conflict: record.conflict, record,
    })
  }
  event.actor.forEach((m) => add('actor', m, m.id))
  event.recipient.forEach((m) => add('recipient', m, m.id))
  for (const slot of ['place', 'from', 'to'] as const) add(slot, event[slot], null)
  if (event.time) add('time', event.time, null, event.time.span)
  for (const slot of COUNTS) for (const c of counts(event[slot])) add(slot, c, figure(c))
  event.equipment?.forEach((e) => add('equipment', e, e.count === null ? e.item : `${e.count} × ${e.item}`))
  for (const chain of chains(event)) for (const link of chain) add('attribution', link, null)
  if (event.claimed_by) add('claimed_by', event.claimed_by, event.claimed_by.id)
  return out
}

export const counts = (node?: CountRecord | CountRecord[]): CountRecord[] => (Array.isArray(node) ? node : node ? [node] : [])
export const chains = (event: EventRecord): LinkRecord[][] => [event.attribution, ...(event.other_attributions ?? [])]

/** "5", "2–7", "≥ 20" */
export function figure(toll: { low: number | null; high: number | null; best: number | null }): string {
  if (toll.low !== null && toll.high !== null && toll.low !== toll.high) return `${toll.low}–${toll.high}`
  const sure = toll.best ?? (toll.low === toll.high ? toll.low : null)
  if (sure !== null) return String(sure)
  if (toll.low !== null) return `≥ ${toll.low}`
  return toll.high !== null ? `≤ ${toll.high}` : '?'
}

type Span = [number, number]
const holds = (spans: Span[], start: number, end: number) => spans.some(([from, to]) => from <= start && to >= end)

/** `text` cut where any field, evidence, noise or other event begins or ends. Offsets are code points, JavaScript's are not. */
export function pieces(
  text: string, fields: FieldRow[], evidence: Span[], noise: Span[] = [], others: { id: string; spans: Span[] }[] = [], bound: Span | null = null,
): Piece[] {
  const letters = Array.from(text)
  const spans = fields.flatMap((f) => [...f.spans, ...f.also].map(([start, end]) => ({ start, end, key: f.key, tone: f.tone })))
  const all: Span[] = [...spans.map((s): Span => [s.start, s.end]), ...evidence, ...noise, ...others.flatMap((o) => o.spans), ...(bound ? [bound] : [])]
  const edges = [...new Set([0, letters.length, ...all.flat()])].filter((n) => n >= 0 && n <= letters.length).sort((a, b) => a - b)
  return edges.slice(1).map((end, i) => {
    const start = edges[i]
    // the narrowest field gives the colour: a place inside an actor's phrase stays a place
    const inside = spans.filter((s) => s.start <= start && s.end >= end).sort((x, y) => x.end - x.start - (y.end - y.start))
    return {
      text: letters.slice(start, end).join(''), keys: [...new Set(inside.map((s) => s.key))], tone: inside[0]?.tone ?? '',
      evidence: holds(evidence, start, end), noise: holds(noise, start, end), bound: bound !== null && holds([bound], start, end),
      other: others.find((o) => holds(o.spans, start, end))?.id ?? '',
    }
  })
}

/** A quote that begins at `start` of its report, cut where the words of a field begin or end. */
export function marked(quote: string, start: number, fields: FieldRow[]): { text: string; tone: string }[] {
  const letters = Array.from(quote)
  const end = start + letters.length
  const inside = fields.flatMap((f) => f.spans.filter(([a, b]) => a >= start && b <= end && b > a).map(([a, b]) => ({ a: a - start, b: b - start, tone: f.tone })))
  const cuts = [...new Set([0, letters.length, ...inside.flatMap(({ a, b }) => [a, b])])].sort((x, y) => x - y)
  // the narrowest field names the piece: a place inside an actor's phrase stays a place
  const tone = (from: number, to: number) => inside.filter((s) => s.a <= from && s.b >= to).sort((x, y) => x.b - x.a - (y.b - y.a))[0]?.tone ?? ''
  return cuts.slice(1).map((to, i) => ({ text: letters.slice(cuts[i], to).join(''), tone: tone(cuts[i], to) }))
}
