import { untrack } from 'svelte'
import { ask, Asking, asFault, line, type Fault } from '../lib/ask.svelte'
import { route } from '../lib/route.svelte'
import { sieve } from '../lib/sieve'
import type { Both, Card, Facets, Histogram } from '../lib/types'

type Answer = { total: number; incidents: Card[]; next: string | null }

/** The incidents that the filters let through, as far down as the list was scrolled. */
class Desk {
  cards = $state.raw<Card[]>([])
  total = $state<number | null>(null)
  next = $state<string | null>(null)
  busy = $state(false)
  fault = $state.raw<Fault | null>(null)
  cursor = $state(-1)
  hovered = $state('')
  playing = $state(false)
  facets = new Asking<Facets>()
  histogram = new Asking<Histogram>()
  /** names of parties and places met so far, for the filters' chips */
  names: Map<string, Both> = new Map()
  named = $state(0)

  private asked = ''
  private stop: AbortController | null = null

  /** The address of the list that the filters ask for. */
  path(): string {
    const sort = route.fields.sort || (route.fields.q ? '' : 'newest')
    return `incidents${sieve(route.fields, { sort, limit: 60 })}`
  }

  async load(again = false) {
    const path = this.path()
    if (path === this.asked && !again) return
    this.asked = path
    this.stop?.abort()
    const stop = (this.stop = new AbortController())
    this.busy = true
    try {
      const told = await ask<Answer>(path, { signal: stop.signal })
      this.cards = told.incidents
      this.total = told.total
      this.next = told.next
      this.fault = null
      this.cursor = told.incidents.findIndex((c) => c.incident === route.fields.sel)
      this.learn(told.incidents)
      if (line.stale) line.fresh(() => void this.load(true))
    } catch (error) {
      if (stop.signal.aborted) return
      const fault = asFault(error)
      if (fault.lost) line.back(() => void this.load(true))
      if (!fault.lost || !this.cards.length) this.fault = fault
    }
    if (this.stop === stop) this.busy = false
  }

  async more() {
    if (!this.next || this.busy) return
    this.busy = true
    const asked = this.asked
    try {
      const told = await ask<Answer>(`${asked}&cursor=${encodeURIComponent(this.next)}`)
      if (asked !== this.asked) return
      const had = new Set(this.cards.map((c) => c.incident))
      this.cards = [...this.cards, ...told.incidents.filter((c) => !had.has(c.incident))]
      this.next = told.next
      this.learn(told.incidents)
    } catch (error) {
      const fault = asFault(error)
      if (fault.lost) line.back(() => void this.more())
      else if (fault.status === 400) void this.load(true) // the cursor is too old
      else this.fault = fault
    }
    this.busy = false
  }

  learn(cards: Pick<Card, 'actor' | 'recipient' | 'place'>[]) {
    for (const card of cards) {
      for (const party of [...card.actor, ...card.recipient]) this.names.set(party.id, party)
      if (card.place?.id) this.names.set(card.place.id, card.place.name)
    }
    // read without a trace: those who tell names must not be called again for it
    this.named = untrack(() => this.named) + 1
  }
  call(id: string): Partial<Both> {
    void this.named
    return this.names.get(id) ?? { ar: id.split('/').at(-1), en: id.split('/').at(-1) }
  }
}
export const desk = new Desk()
