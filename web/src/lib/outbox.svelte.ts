import { ask, asFault, line } from './ask.svelte'
import { complain, toasts } from './house.svelte'
import { session } from './session.svelte'
import { t } from './words.svelte'

type Kept = { by?: string; path: string; body: unknown }
const KEY = 'marsad.outbox'

function stored(): Kept[] {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '[]') as Kept[]
  } catch {
    return []
  }
}

/**
 * Decisions that could not be sent: kept over a reload, sent in their order once the server answers. Whoever logs in
 * next at this machine does not send them under their own name: each waits for the person who made it.
 */
class Outbox {
  list = $state<Kept[]>(stored())

  constructor() {
    if (this.list.length) line.back(() => void this.send())
  }
  keep(path: string, body: unknown) {
    this.list.push({ by: session.person?.name, path, body })
    this.write()
    line.back(() => void this.send())
    toasts.say(t('keptHere'))
  }
  async send() {
    if (!session.told) await session.refresh().catch(() => {}) // not told: the server is still away
    const who = session.person
    const mine = who ? this.list.filter((kept) => (kept.by ?? (who.local ? who.name : '')) === who.name) : []
    for (const kept of mine) {
      const { path, body } = kept
      try {
        await ask(path, { method: 'POST', body })
      } catch (error) {
        const fault = asFault(error)
        if (fault.lost) return void line.back(() => void this.send())
        if (fault.status === 401) return // the session ran out: they are sent after the next log-in
        complain(fault) // refused: somebody was first, or the event is gone
      }
      this.list = this.list.filter((other) => other !== kept)
      this.write()
    }
    if (mine.length) toasts.say(t('sent'))
  }
  private write() {
    try {
      localStorage.setItem(KEY, JSON.stringify(this.list))
    } catch {
      /* without storage they live as long as the page */
    }
  }
}
export const outbox = new Outbox()
