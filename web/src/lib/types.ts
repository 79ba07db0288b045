export type Lang = 'ar' | 'en'
export type Both = { ar: string; en: string }
export type Quad = 1 | 2 | 3 | 4
export type Status = 'actual' | 'planned' | 'possible' | 'denied' | 'historical'
export type Party = { id: string; ar: string; en: string }
export type Toll = { low: number | null; high: number | null; best: number | null }
export type Site = {
  text: string
  lat: number | null
  lon: number | null
  precision: number | null
  id: string | null
  name: Both
}
export type Link = { text: string; kind: string; stance: string }
export type Source = { report: string; event: string; outlet: string | null; chain: Link[]; root?: string }
export type Claim = { value: unknown; text: string; sources: Source[] }

/** An incident as the list gives it. */
export type Card = {
  incident: string
  type: string
  mode: string | null
  status: Status
  acled?: string | null
  title: Both
  place: Site | null
  start: string | null
  end: string | null
  precision: string
  actor: Party[]
  recipient: Party[]
  events: [string, string][]
  contradictions: string[]
  voices: number
  reports: number
  quad: Quad | null
  score: number | null
  outlets?: string[]
  moves?: unknown
  uncertainty_km?: number | null
  snippet?: Snippet | null
} & { [slot in CountSlot]?: Toll | null }
export type Snippet = [string, boolean][]

export type Words = { text: string; start: number; end: number; rule?: string }
export type MentionRecord = Words & { id: string | null; mentions?: [number, number][] }
export type PlaceRecord = Words & { lat: number | null; lon: number | null; precision: number | null; id?: string | null }
export type TimeRecord = {
  text: string
  span: [number, number]
  start: string | null
  end: string | null
  precision: string
  rule?: string
  conflict?: string
}
export type CountRecord = Words & { low: number | null; high: number | null; best: number | null; of?: string }
export type LinkRecord = Words & { kind: string; stance: string }
export type EventRecord = {
  id: string
  type: string
  mode: string | null
  status: Status
  acled: string | null
  actor: MentionRecord[]
  recipient: MentionRecord[]
  place: PlaceRecord | null
  from: PlaceRecord | null
  to: PlaceRecord | null
  time: TimeRecord | null
  attribution: LinkRecord[]
  other_attributions?: LinkRecord[][]
  claimed_by?: MentionRecord
  equipment?: (Words & { item: string; count: number | null })[]
  evidence: [number, number][]
  rules?: string[]
  confidence?: number
} & { [slot in CountSlot]?: CountRecord | CountRecord[] }
export type CountSlot = 'killed' | 'injured' | 'captured' | 'released' | 'personnel'
export const COUNTS: CountSlot[] = ['killed', 'injured', 'captured', 'released', 'personnel']

export type Head = {
  name: string
  outlet: string | null
  published: string | null
  url: string | null
  copy_of: string | null
  copy_share: number | null
}
export type Telling = Head & { report: string; event: string; record: EventRecord | null; quotes: string[] }
export type IncidentLink = { incident: string; kind: string; title: Both; start: string | null; type: string; mode: string | null; status: Status }
export type SourceNode = {
  id: string
  kind: 'root' | 'report' | 'voucher'
  name: string
  report: string | null
  event: string | null
  published?: string | null
  because?: string
  how?: string
  counts: boolean
  chain: Link[]
  below: SourceNode[]
}
export type Revision = { at: string | null; report: string; event: string; slot: string; before: unknown; after: unknown; kind: string }
export type Verdict = { id: string; left: unknown; right: unknown; verdict: string; by: string; at: string; reason: string; withdrawn: boolean }
export type Spot = { text: string; id: string | null; lat: number | null; lon: number | null; name?: Both }
export type Move = { report: string; event: string; from: Spot | null; to: Spot | null }
export type Incident = Omit<Card, 'moves' | 'outlets' | 'snippet'> & {
  claims: Record<string, Claim[]>
  tellings: Telling[]
  sources?: SourceNode[]
  revisions?: Revision[]
  verdicts?: Verdict[]
  moves?: Move[]
  answers?: IncidentLink[]
  answered_by?: IncidentLink[]
}
export type WhyStep = { feature: string; level: string; weight: number | null; sum: number | null; ar?: string; en?: string }
export type Join = {
  left: [string, string]
  right: [string, string]
  verdict: string
  by: string
  at: string | null
  total: number | null
  threshold: number | null
  steps: WhyStep[]
  quotes?: { left: string | null; right: string | null }
}

export type PersonRecord = MentionRecord & { private: boolean; role: Words | null }
export type ReportPage = Head & {
  text: string
  sha256: string
  via: string | null
  record: { events: EventRecord[]; persons: PersonRecord[]; engine?: string; problems?: { code: string; message: string }[] } | null
  incidents: Record<string, string>
  noise?: [number, number][]
  copies?: Head[]
}
export type RuleNode = { line: string; words: string | null; span: [number, number] | null; rule: string | null; entry: string | null; below: RuleNode[] }

export type Labels = Record<string, Record<string, Both>>
export type Meta = {
  version: string
  masked: boolean
  counts: Record<string, number>
  days?: { first: string; last: string } | null
  labels: Labels
  stale?: boolean
}
export type Facet = { value: string | number | boolean; count: number; ar?: string; en?: string }
export type Facets = { total: number; facets: Record<string, Facet[]> }
export type Bin = { start: string; end: string; count: number; quads: [number, number, number, number] }
export type Histogram = { by: string; total: number; undated: number; first: string | null; last: string | null; bins: Bin[] }
