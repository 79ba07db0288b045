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
  killed: Toll | null
  injured?: Toll | null
  captured?: Toll | null
  released?: Toll | null
  personnel?: Toll | null
  events: [string, string][]
  contradictions: string[]
  voices: number
  reports: number
  quad: Quad | null
  score: number | null
  outlets: string[]
}

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
export type Incident = Omit<Card, 'outlets'> & { claims: Record<string, Claim[]>; tellings: Telling[] }

export type PersonRecord = MentionRecord & { private: boolean; role: Words | null }
export type ReportPage = Head & {
  text: string
  sha256: string
  via: string | null
  record: { events: EventRecord[]; persons: PersonRecord[]; engine?: string; problems?: { code: string; message: string }[] } | null
  incidents: Record<string, string>
}

export type Step = {
  incident: string
  date: string | null
  type: string
  mode: string | null
  status: Status
  title: Both
  score: number
  value: number
  side: 'cooperation' | 'conflict' | 'neutral'
  coerced: boolean
  answers: string | null
  reasons: Both[]
}
export type Sides<T> = { cooperation: T; conflict: T }
/** `interval` is what each source of disputed incidents would give alone; `proxy` the acts between clients of the two. */
export type Period = Sides<number> & {
  period: string
  incidents: number
  interval: Sides<[number, number]>
  proxy: Sides<number> & { incidents: number }
  mood: string
  steps: Step[]
}
export type Pair = {
  a: Party
  b: Party
  periods: Period[]
  undated: Step[]
  total: { cooperation: number; conflict: number; incidents: number }
}
export type Actor = Party & { kind: string; parent: string | null; camp: string | null; incidents: string[] }
export type Alert = {
  alert: string
  rule: string
  level: string
  date: string
  title: Both
  reasons: Both[]
  incidents: string[]
}
export type Labels = Record<string, Record<string, Both>>
export type Meta = { version: string; masked: boolean; counts: Record<string, number>; labels: Labels }
