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
export type Piece = { text: string; keys: string[]; evidence: boolean }

const TONES: Record<string, string> = {
  actor: 'actor', recipient: 'recipient', place: 'place', from: 'place', to: 'place', time: 'time',
  attribution: 'voice', claimed_by: 'actor', equipment: 'count',
}

/** The fields of `event` in the order in which they are read. */
export function rows(event: EventRecord): FieldRow[] {
  const out: FieldRow[] = []
  const add = (slot: string, record: any, value: string | null, span?: [number, number]) => {
    if (!record) return
    const own = span ?? [record.start, record.end]
    const tone = TONES[slot] ?? 'count'
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

/** `text` cut where any field or evidence begins or ends. Offsets are code points, JavaScript's are not. */
export function pieces(text: string, fields: FieldRow[], evidence: [number, number][]): Piece[] {
  const letters = Array.from(text)
  const spans = fields.flatMap((f) => [...f.spans, ...f.also].map(([start, end]) => ({ start, end, key: f.key })))
  const cuts = new Set([0, letters.length])
  for (const { start, end } of spans) cuts.add(start).add(end)
  for (const [start, end] of evidence) cuts.add(start).add(end)
  const edges = [...cuts].filter((n) => n >= 0 && n <= letters.length).sort((a, b) => a - b)
  return edges.slice(1).map((end, i) => {
    const start = edges[i]
    const keys = spans.filter((s) => s.start <= start && s.end >= end).map((s) => s.key)
    const inside = evidence.some(([from, to]) => from <= start && to >= end)
    return { text: letters.slice(start, end).join(''), keys: [...new Set(keys)], evidence: inside }
  })
}
