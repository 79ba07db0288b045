import { ask, asFault, Fault, line } from './ask.svelte'
import { session } from './session.svelte'
import type { Meta } from './types'
import { learn } from './words.svelte'

/** What every page needs to know of the store. */
class House {
  meta = $state.raw<Meta | null>(null)
  fault = $state.raw<Fault | null>(null)
  /** alerts that nobody acknowledged yet */
  unseen = $state(0)

  async load() {
    this.fault = null
    try {
      await session.refresh()
      if (session.barred) return
      this.meta = await ask<Meta>('meta')
      learn(this.meta.labels)
      void this.look()
    } catch (error) {
      const fault = asFault(error)
      if (fault.lost) line.back(() => void this.load())
      this.fault = fault
    }
  }
  /** The number beside the bell; a page without it is still a page. */
  async look() {
    const told = await ask<{ open?: number }>('alerts?limit=1').catch(() => null)
    this.unseen = told?.open ?? 0
  }
  get empty() {
    return this.meta !== null && this.meta.counts.incidents === 0
  }
}
export const house = new House()

type Toast = { id: number; text: string; bad: boolean; undo?: () => void }
const SHORT = 5000
const LONG = 10000
/** Short messages that go by themselves, later where there is something to read or to do, never under the pointer. */
class Toasts {
  list = $state<Toast[]>([])
  private next = 1
  private clocks = new Map<number, ReturnType<typeof setTimeout>>()
  say(text: string, { bad = false, undo }: { bad?: boolean; undo?: () => void } = {}) {
    const id = this.next++
    this.list.push({ id, text, bad, undo })
    if (this.list.length > 3) this.drop(this.list[0].id)
    this.release(id, bad || undo ? LONG : SHORT)
  }
  hold(id: number) {
    clearTimeout(this.clocks.get(id))
  }
  release(id: number, after = SHORT) {
    this.hold(id)
    this.clocks.set(id, setTimeout(() => this.drop(id), after))
  }
  drop(id: number) {
    this.hold(id)
    this.clocks.delete(id)
    this.list = this.list.filter((toast) => toast.id !== id)
  }
}
export const toasts = new Toasts()
export const complain = (error: unknown) => {
  const fault = asFault(error)
  toasts.say([fault.message, fault.remedy].filter(Boolean).join('. '), { bad: true })
}
