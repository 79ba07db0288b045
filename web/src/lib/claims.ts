import { digits, span } from './dates'
import { names } from './names.svelte'
import { figure } from './quote'
import type { Claim, Incident } from './types'
import { amount, comma, deed, label, say, t } from './words.svelte'

const COUNTED = new Set(['killed', 'injured', 'captured', 'released', 'personnel'])
const ORDER = ['type', 'mode', 'status', 'actor', 'recipient', 'place', 'from', 'to', 'time', 'start', 'date', ...COUNTED]

export type Row = { slot: string; claims: Claim[]; contradicted: boolean }

/** Slots in reading order, contradicted ones first. */
export function claimRows(incident: Incident): Row[] {
  const rank = (slot: string) => (ORDER.indexOf(slot) + 1 || 99) + (incident.contradictions.includes(slot) ? 0 : 200)
  return Object.entries(incident.claims)
    .filter(([, claims]) => claims.length > 0)
    .map(([slot, claims]) => ({ slot, claims, contradicted: incident.contradictions.includes(slot) }))
    .sort((x, y) => rank(x.slot) - rank(y.slot))
}

/** Looks up the names of parties that only a claim tells, such as one that is contradicted. */
export function wantNames(incident: Incident) {
  const known = new Set([...incident.actor, ...incident.recipient].map((p) => p.id))
  const told = ['actor', 'recipient'].flatMap((slot) => (incident.claims[slot] ?? []).flatMap((c) => c.value as string | string[]))
  names.want(told.filter((id) => typeof id === 'string' && !known.has(id) && !id.startsWith('person/')))
}

/** A claim's value in words; where it is only known as written, its text. */
export function told(slot: string, claim: Pick<Claim, 'value' | 'text'>, incident: Incident): string {
  const value = claim.value as any
  if (slot === 'type') return label('types', value)
  // where the deeds themselves differ, a mode belongs to its own deed
  if (slot === 'mode') return !value ? '—' : (incident.claims.type?.length ?? 0) > 1 ? label('modes', value) : deed(incident.type, value)
  if (slot === 'status') return label('statuses', value)
  if (COUNTED.has(slot) && value && typeof value === 'object' && !Array.isArray(value)) return toll(value, incident)
  if (slot === 'time' && value && typeof value === 'object') return when(value) ?? claim.text
  if (slot === 'actor' || slot === 'recipient') return parties(value, incident) || claim.text
  if (['place', 'from', 'to'].includes(slot) && value?.name) return say(value.name) || claim.text
  return claim.text || plain(value)
}

function toll(value: any, incident: Incident): string {
  const of = value.of ? ` (${name(value.of, incident)})` : ''
  return amount(figure(value)) + of
}

function when(value: any): string | null {
  const [start, end] = Array.isArray(value) ? value : [value.start, value.end]
  return span(start ?? null, end ?? null, value.precision ?? 'day')
}

const name = (id: string, incident: Incident) => say([...incident.actor, ...incident.recipient].find((p) => p.id === id)) || names.say(id)

function parties(value: any, incident: Incident): string {
  const ids: string[] = (Array.isArray(value) ? value : [value]).filter((v: unknown) => typeof v === 'string')
  return ids.map((id) => name(id, incident)).join(comma())
}

/** A value that no rule above knows: its name, its text, its parts in words; never raw JSON. */
export function plain(value: unknown): string {
  if (value === null || value === undefined || value === '') return '—'
  if (Array.isArray(value)) return value.map(plain).join(comma())
  if (typeof value !== 'object') return typeof value === 'boolean' ? (value ? '✓' : '✗') : digits(String(value))
  const given = value as Record<string, any>
  if (given.name?.ar || given.ar) return say(given.name?.ar ? given.name : given)
  if (given.text) return String(given.text)
  if ('best' in given || 'low' in given) return amount(figure(given as any))
  if (given.start) return span(given.start, given.end, given.precision) ?? t('unknown')
  if (given.id) return String(given.id)
  return Object.values(given).map(plain).filter((v) => v !== '—').join(comma()) || '—'
}
