import { api, Fault } from './api'
import { fold } from './fold'
import { route } from './route.svelte'
import type { Actor, Both, Card, Meta } from './types'
import { WORDS } from './words'

/** What was loaded, and what of it the filters let through. */
class Desk {
  meta = $state.raw<Meta | null>(null)
  cards = $state.raw<Card[]>([])
  actors = $state.raw<Actor[]>([])
  fault = $state.raw<Fault | null>(null)
  loading = $state(true)
  cursor = $state(0)
  hovered = $state('')

  private folded = $derived(new Map(this.cards.map((card) => [card.incident, searched(card)])))
  found = $derived.by(() => this.cards.filter(sieve(this.folded)).sort(ORDERS[route.fields.sort] ?? ORDERS['']))
  parties = $derived.by(() => parties(this.cards))

  async load() {
    this.loading = true
    this.fault = null
    try {
      const [meta, cards] = await Promise.all([api.meta(), api.incidents()])
      this.meta = meta
      this.cards = cards
    } catch (error) {
      this.fault = error instanceof Fault ? error : new Fault('E500', String(error), '')
    }
    this.loading = false
  }
}

function searched(card: Card): string {
  const parties = [...card.actor, ...card.recipient].flatMap((p) => [p.ar, p.en])
  const place = card.place ? [card.place.text, card.place.name.ar, card.place.name.en] : []
  return fold([card.title.ar, card.title.en, ...place, ...parties, ...card.outlets].join(' '))
}

const start = (card: Card, last: string) => card.start ?? last
const newest = (x: Card, y: Card) => start(y, '').localeCompare(start(x, ''))
/** Orders of the list; what has no date stands last in each. */
const ORDERS: Record<string, (x: Card, y: Card) => number> = {
  '': newest,
  oldest: (x, y) => start(x, '~').localeCompare(start(y, '~')),
  voices: (x, y) => y.voices - x.voices || y.reports - x.reports || newest(x, y),
}

const under = (id: string, actor: string) => id === actor || id.startsWith(`${actor}/`)

function sieve(folded: Map<string, string>): (card: Card) => boolean {
  const { q, deed, actor, status, contra, since, until } = route.fields
  const words = fold(q).split(' ').filter(Boolean)
  const [type, mode] = deed.split('/')
  return (card) =>
    (!type || card.type === type) &&
    (!mode || card.mode === mode) &&
    (!status || card.status === status) &&
    (!contra || card.contradictions.length > 0) &&
    (!actor || [...card.actor, ...card.recipient].some((p) => under(p.id, actor))) &&
    (!since || (card.end ?? card.start ?? '') >= since) &&
    // "2021" means all of 2021
    (!until || (card.start !== null && card.start <= `${until}~`)) &&
    words.every((word) => folded.get(card.incident)!.includes(word))
}

function parties(cards: Card[]): (Both & { id: string; n: number })[] {
  const met = new Map<string, Both & { id: string; n: number }>()
  for (const card of cards) {
    for (const p of [...card.actor, ...card.recipient]) {
      if (!met.has(p.id)) met.set(p.id, { id: p.id, ar: p.ar, en: p.en, n: 0 })
    }
  }
  const all = [...met.values()].filter((p) => !p.id.startsWith('person/'))
  // choosing a party takes in those below it, so they count with it
  for (const p of all) p.n = cards.filter((c) => [...c.actor, ...c.recipient].some((q) => under(q.id, p.id))).length
  return all.sort((x, y) => y.n - x.n)
}

export const desk = new Desk()

/** The page's word `key` in the language shown. */
export const t = (key: keyof typeof WORDS): string => WORDS[key][route.lang]

/** `both` in the language shown, else in the other. */
export const say = (both: Both | undefined | null): string => both?.[route.lang] || both?.ar || both?.en || ''

/** The label of a code of the record; the code itself where it has none. */
export function label(kind: string, code: string | null | undefined): string {
  if (!code) return ''
  return say(desk.meta?.labels[kind]?.[code]) || code
}

/** "Assault · clash" */
export function deed(type: string, mode: string | null): string {
  if (!mode) return label('types', type)
  const own = desk.meta?.labels.modes?.[`${type}/${mode}`]
  return own ? say(own) : `${label('types', type)} · ${label('modes', mode)}`
}
