import { ask, asFault, line } from './ask.svelte'
import { complain, toasts } from './house.svelte'
import { t } from './words.svelte'

type Kept = { path: string; body: unknown }
const KEY = 'marsad.outbox'

function stored(): Kept[] {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '[]') as Kept[]
  } catch {
    return []
  }
}

/** Decisions that could not be sent: kept over a reload, sent in their order once the server answers. */
class Outbox {
  list = $state<Kept[]>(stored())

  constructor() {
    if (this.list.length) line.back(() => void this.send())
  }
  keep(path: string, body: unknown) {
    this.list.push({ path, body })
    this.write()
    line.back(() => void this.send())
    toasts.say(t('keptHere'))
  }
  async send() {
    const before = this.list.length
    while (this.list.length) {
      const { path, body } = this.list[0]
      try {
        await ask(path, { method: 'POST', body })
      } catch (error) {
        const fault = asFault(error)
        if (fault.lost) return void line.back(() => void this.send())
        complain(fault) // refused: somebody was first, or the event is gone
      }
      this.list.shift()
      this.write()
    }
    if (before) toasts.say(t('sent'))
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
