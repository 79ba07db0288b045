import { span } from './dates'
import { deed, label } from './desk.svelte'
import { figure } from './quote'
import type { Claim, Incident, Lang } from './types'

const COUNTED = new Set(['killed', 'injured', 'captured', 'released', 'personnel'])
const ORDER = ['type', 'mode', 'status', 'actor', 'recipient', 'place', 'time', 'start', 'date', ...COUNTED]

export type Row = { slot: string; claims: Claim[]; contradicted: boolean }

/** Slots in reading order, contradicted ones first. */
export function claimRows(incident: Incident): Row[] {
  const rank = (slot: string) => (ORDER.indexOf(slot) + 1 || 99) + (incident.contradictions.includes(slot) ? 0 : 200)
  return Object.entries(incident.claims)
    .filter(([, claims]) => claims.length > 0)
    .map(([slot, claims]) => ({ slot, claims, contradicted: incident.contradictions.includes(slot) }))
    .sort((x, y) => rank(x.slot) - rank(y.slot))
}

/** A claim's value in words; where it is only known as written, its text. */
export function told(slot: string, claim: Claim, incident: Incident, lang: Lang): string {
  const value = claim.value as any
  if (slot === 'type') return label('types', value)
  // where the deeds themselves differ, a mode belongs to its own deed
  if (slot === 'mode') return !value ? '—' : (incident.claims.type?.length ?? 0) > 1 ? label('modes', value) : deed(incident.type, value)
  if (slot === 'status') return label('statuses', value)
  if (COUNTED.has(slot) && value && typeof value === 'object' && !Array.isArray(value)) return toll(value, incident, lang)
  if (slot === 'time' && value && typeof value === 'object') return when(value, lang) ?? claim.text
  if (slot === 'actor' || slot === 'recipient') return parties(value, incident, lang) || claim.text
  return claim.text || plain(value)
}

function toll(value: any, incident: Incident, lang: Lang): string {
  const of = value.of ? ` (${name(value.of, incident, lang)})` : ''
  return figure(value) + of
}

function when(value: any, lang: Lang): string | null {
  const [start, end] = Array.isArray(value) ? value : [value.start, value.end]
  return span(start ?? null, end ?? null, value.precision ?? 'day', lang)
}

function name(id: string, incident: Incident, lang: Lang): string {
  return [...incident.actor, ...incident.recipient].find((p) => p.id === id)?.[lang] ?? id
}

function parties(value: any, incident: Incident, lang: Lang): string {
  const ids: string[] = (Array.isArray(value) ? value : [value]).filter((v: unknown) => typeof v === 'string')
  return ids.map((id) => name(id, incident, lang)).join(lang === 'ar' ? '، ' : ', ')
}

const plain = (value: unknown): string => (value === null || value === undefined ? '—' : typeof value === 'object' ? JSON.stringify(value) : String(value))
