import type { Both, Card, Facet, Link, Party, Status } from './types'

/** What the pages of actors, pairs, network and alerts ask for. */
export type Step = {
  incident: string
  date: string | null
  type: string
  mode: string | null
  status: Status
  title: Both
  value: number
  side: 'cooperation' | 'conflict' | 'neutral'
  coerced: boolean
  reasons: Both[]
  phase?: Both & { id: string }
}
export type Sides<T> = { cooperation: T; conflict: T }
/** `interval` is what each source of disputed incidents would give alone; `proxy` the acts between clients of the two. */
export type Period = Sides<number> & {
  period: string
  incidents: number
  interval: Sides<[number, number]>
  proxy: Sides<number> & { incidents: number }
  steps: Step[]
}
export type Pair = { a: Party; b: Party; periods: Period[]; undated: Step[]; total: Sides<number> & { incidents: number } }
export type Demand = {
  incidents: string[]
  kind: string
  asked_by: Party[]
  asked_of: Party[]
  place: Party | null
  since: string | null
  state: string
  age: number | null
  answers: { incident: string; date: string | null; state: string }[]
}
export type Chain = { a: Party; b: Party; place: Party & { lat: number | null; lon: number | null }; start: string; end: string; phases: (Both & { id: string })[]; steps: Step[]; demands: Demand[] }
export type Forecast = {
  subject: string[]
  names: Both
  date: string
  days: number
  probability: number
  count: { mean: number; low: number; high: number }
  shown: { probability: string; count: string }
  origins: number
  scores: Record<string, { brier: number; crps: number; coverage: number }>
  note: Both | null
}

export type ActorRow = Party & { kind: string; parent: string | null; camp: string | null; incidents: number; last?: string | null }
export type Tie = {
  member: string
  group: string
  kind: string
  origin: string
  since: string | null
  until: string | null
  source: string | null
  sources: { report: string; outlet: string | null; published: string | null; text: string }[]
}
export type Standpoint = { power: Party; relations: string[]; reports: string[]; outlets: string[]; since: string | null; until: string | null; known: Tie[] }
export type ActorPage = ActorRow & {
  names: { text: string; count: number; stance?: string }[]
  labels: { text: string; stance: string; count?: number; outlets?: string[] }[]
  units: (Party & { incidents?: number })[] | string[]
  line?: Party[]
  ties: { reported: Tie[]; known: Tie[] }
  standpoints: Standpoint[]
  disputed: boolean
  positions: { place: string; place_id: string | null; kind: string; since: string | null; until: string | null; reports: string[] }[]
  persons: { name: string; role: string | null; relation: string; since: string | null; until: string | null }[]
  partners?: (Party & { incidents: number })[]
  by_type?: Facet[]
}

type Sums = Sides<number>
export type Edge = { a: Party; b: Party; sign: string; change: string; before: { sign: string } & Sums; incidents: string[] } & Sums
export type Network = { since: string; until: string; level: string; edges: Edge[] }

export type Mark = { subject: string; by: string; at: string; reason: string; until: string | null }
export type Alert = {
  alert: string
  rule: string
  level: string
  date: string
  title: Both
  reasons: Both[]
  incidents: string[]
  subject: string[]
  figure: unknown
  marks?: Record<string, Mark>
}
export type { Card, Link }
