import type { Both, EventRecord } from './types'

/** What the review asks for and sends. */
export type Reason = Both & { code: string; weight: number; slot: string | null }
export type Item = {
  report: string
  event: string
  state: string
  score: number
  reasons: Reason[]
  type: string
  mode: string | null
  status: string
  quote: string
  actor: string[]
  recipient: string[]
  place: string | null
  start: string | null
  published: string | null
  outlet: string | null
  incident: string | null
  by: string | null
  at: string | null
}
export type Queue = { items: Item[]; next: string | null; counts: Record<string, number> }
export type Act = 'accept' | 'correct' | 'reject' | 'skip' | 'add'
export type Decision = {
  id: string
  report: string
  event: string
  act: Act
  changes: Record<string, unknown> | null
  reason: string
  by: string
  at: string
  withdrawn: boolean
}
export type Conflict = Both & { report: string; event: string; field: string | null; kind: string; decided: unknown; was: unknown; now: unknown; decision: string }
export type Reviewed = EventRecord & {
  review: { state: string; by: string | null; at: string | null; revision: string | number; decisions: Decision[]; conflicts: Conflict[]; score: number; reasons: Reason[] }
}
export type ReviewReport = { report: string; text: string; published: string | null; outlet: string | null; engine: string; events: Reviewed[]; rejected: Reviewed[]; conflicts: Conflict[] }
export type Vocabulary = { types: Record<string, string[]>; statuses: string[]; precisions: string[]; kinds: string[]; stances: string[] }
export type Found = Both & { id: string; kind: string; parent: string | null; lat?: number | null; lon?: number | null }
export type Given = { decision: Decision; event: Reviewed | null }
export type Coding = { id: string; report: string; coder: string; state: 'open' | 'done'; asked_by: string; asked_at: string; done_at: string | null }
export type Compared = {
  report: string
  coders: string[]
  rows: { row: number; same: boolean; events: Record<string, EventRecord | null>; facets: { facet: string; same: boolean; values: Record<string, unknown> }[] }[]
}
