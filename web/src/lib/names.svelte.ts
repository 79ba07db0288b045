import { untrack } from 'svelte'
import { ask, query } from './ask.svelte'
import type { Both } from './types'
import { say } from './words.svelte'

/** Names of actors and places by id, looked up once. */
class Names {
  private known = $state.raw<Map<string, Partial<Both>>>(new Map())
  private asked = new Set<string>()

  learn(found: (Partial<Both> & { id: string })[]) {
    const known = untrack(() => this.known)
    const fresh = found.filter((f) => f.id && (f.ar || f.en) && !known.has(f.id))
    if (!fresh.length) return
    const next = new Map(known)
    for (const { id, ar, en } of fresh) next.set(id, { ar, en })
    this.known = next
  }
  /** Asks for those not known yet; a page does without the names of those not found. */
  want(ids: string[]) {
    const known = untrack(() => this.known)
    for (const id of ids) {
      if (!id || this.asked.has(id) || known.has(id)) continue
      this.asked.add(id)
      type Told = { actors?: (Both & { id: string })[]; found?: (Both & { id: string })[] }
      void ask<Told>(`suggest${query({ q: id, limit: 4 })}`)
        .then((told) => this.learn((told.actors ?? []).filter((a) => a.id === id)))
        .then(() => (this.known.has(id) ? undefined : ask<Told>(`review/actors${query({ q: id, limit: 4 })}`).then((told) => this.learn((told.found ?? []).filter((a) => a.id === id)))))
        .catch(() => {})
    }
  }
  say(id: string): string {
    const known = this.known.get(id)
    return known ? say(known) : id
  }
}
export const names = new Names()
