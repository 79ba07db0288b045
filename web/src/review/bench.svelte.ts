import { ask, asFault, Asking, query, type Fault } from '../lib/ask.svelte'
import { complain, toasts } from '../lib/house.svelte'
import { names } from '../lib/names.svelte'
import { outbox } from '../lib/outbox.svelte'
import type { Act, Decision, Given, Item, Queue, Reviewed, ReviewReport, Vocabulary } from '../lib/reviewing'
import { route } from '../lib/route.svelte'
import { comma, label, t } from '../lib/words.svelte'

export type Span = [number, number]
type Clash = { act: Act; body: Record<string, unknown>; event: Reviewed | null; decisions: Decision[] }

/** "a/b/e1" names event e1 of report a/b. */
export const parted = (item: string): [string, string] => {
  const at = item.lastIndexOf('/')
  return at < 0 ? ['', ''] : [item.slice(0, at), item.slice(at + 1)]
}

/** The reviewer's bench: the queue, the event on it, what was marked and changed but not yet saved. */
class Bench {
  queue = new Asking<Queue>()
  sheet = new Asking<ReviewReport>()
  vocabulary = new Asking<Vocabulary>()
  more = $state.raw<Item[]>([])
  next = $state<string | null>(null)
  /** the words marked in the text */
  words = $state.raw<Span | null>(null)
  /** fields changed and not yet saved, as the API takes them */
  draft = $state.raw<Record<string, unknown>>({})
  editing = $state('')
  adding = $state(false)
  rejecting = $state(false)
  reason = $state('')
  busy = $state(false)
  clash = $state.raw<Clash | null>(null)
  private given: string[] = []

  /** coding alone: only the reader's own reading and this coder's decisions are shown */
  get coding() {
    return route.fields.coding === '1'
  }
  get state() {
    return route.fields.queue || 'open'
  }
  get items(): Item[] {
    return [...(this.queue.value?.items ?? []), ...this.more]
  }
  get event(): Reviewed | null {
    const [, id] = parted(route.fields.item)
    const sheet = this.sheet.value
    return [...(sheet?.events ?? []), ...(sheet?.rejected ?? [])].find((e) => e.id === id) ?? null
  }
  get changed() {
    return Object.keys(this.draft).length > 0
  }
  marked(span: Span | null = this.words): string {
    return span && this.sheet.value ? Array.from(this.sheet.value.text).slice(...span).join('') : ''
  }

  async load(again = false) {
    await this.queue.get(`review/queue${query({ state: this.state, limit: 60 })}`, { again })
    this.more = []
    this.next = this.queue.value?.next ?? null
  }
  async further() {
    if (!this.next) return
    const told = await ask<Queue>(`review/queue${query({ state: this.state, limit: 60, cursor: this.next })}`).catch(complain)
    if (told) [this.more, this.next] = [[...this.more, ...told.items], told.next]
  }
  async open(report: string, again = false) {
    await this.sheet.get(`review/report${query({ report, coding: this.coding ? 'true' : '' })}`, { keep: again, again })
    const parties = this.sheet.value?.events.flatMap((e) => [...e.actor, ...e.recipient].map((m) => m.id ?? '')) ?? []
    names.want(parties)
  }
  clean() {
    this.draft = {}
    this.words = null
    this.editing = ''
    this.reason = ''
    this.adding = this.rejecting = false
  }
  put(field: string, value: unknown) {
    this.draft = { ...this.draft, [field]: value }
  }
  drop(field: string) {
    const { [field]: _, ...rest } = this.draft
    this.draft = rest
  }

  choose(item: Item) {
    route.go({ item: `${item.report}/${item.event}` }, { quiet: Boolean(route.fields.item) })
  }
  step(by: number) {
    if (this.coding) {
      const [report, id] = parted(route.fields.item)
      const events = this.sheet.value?.events ?? []
      const next = events[events.findIndex((e) => e.id === id) + by]
      if (next) route.go({ item: `${report}/${next.id}` }, { quiet: true })
      return
    }
    const at = this.items.findIndex((i) => `${i.report}/${i.event}` === route.fields.item)
    const item = this.items[Math.max(0, Math.min(this.items.length - 1, at + by))]
    if (item) this.choose(item)
    if (at + by > this.items.length - 5) void this.further()
  }

  /** Decides on the event that lies on the bench and goes on to the next. */
  async decide(act: Act, more: Record<string, unknown> = {}) {
    const event = this.event
    const [report, id] = parted(route.fields.item)
    if (!event && act !== 'add') return
    const alone = this.coding ? { coding: true } : {}
    const body = act === 'add' ? { report, ...alone, ...more } : { report, event: id, revision: event!.review.revision, ...alone, ...more }
    await this.send(act, body)
  }
  correct() {
    if (!this.changed) return
    const fields = Object.keys(this.draft).map((f) => label('slots', f))
    void this.decide('correct', { changes: this.draft, reason: this.reason.trim() || `${t('correct')}: ${fields.join(comma())}` })
  }

  async send(act: Act, body: Record<string, unknown>) {
    if (this.busy) return
    this.busy = true
    try {
      const told = await ask<Given>(`review/${act}`, { method: 'POST', body })
      this.given.push(told.decision.id)
      this.clash = null
      toasts.say(t('saved'), { undo: () => void this.undo(told.decision.id) })
      await this.after(act, told)
    } catch (error) {
      this.refused(asFault(error), act, body)
    }
    this.busy = false
  }
  private refused(fault: Fault, act: Act, body: Record<string, unknown>) {
    if (fault.lost) {
      outbox.keep(`review/${act}`, body)
      this.clean()
      this.step(1)
    } else if (fault.status === 409) this.clash = { act, body, event: fault.more.event ?? null, decisions: fault.more.decisions ?? [] }
    else complain(fault)
  }
  private async after(act: Act, told: Given) {
    const at = this.items.findIndex((i) => `${i.report}/${i.event}` === route.fields.item)
    const follows = this.coding ? null : (this.items[at + 1] ?? this.items[at - 1])
    const { report, event } = told.decision
    this.clean()
    await this.load(true)
    if (act === 'add') route.go({ item: `${report}/${told.event?.id ?? event}` }, { quiet: true })
    else if (follows && this.state === 'open') this.choose(follows)
    await this.open(parted(route.fields.item)[0], true)
  }

  async undo(decision = this.given.at(-1)) {
    if (!decision) return toasts.say(t('nothingToUndo'))
    try {
      const told = await ask<Given>('review/undo', { method: 'POST', body: { decision } })
      this.given = this.given.filter((g) => g !== decision)
      toasts.say(t('undone'))
      this.clean()
      const { report, event, act } = told.decision
      await this.load(true)
      if (act !== 'add') route.go({ item: `${report}/${event}` }, { quiet: true })
      await this.open(report, true)
    } catch (error) {
      complain(error)
    }
  }
  async over() {
    if (!this.clash) return
    const { act, body, event } = this.clash
    this.clash = null
    await this.send(act, { ...body, revision: event?.review.revision })
  }
  async leave() {
    this.clash = null
    this.clean()
    await this.load(true)
    await this.open(parted(route.fields.item)[0], true)
  }
}
export const bench = new Bench()
