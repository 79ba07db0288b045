import { session } from './session.svelte'

/** A fault as the API tells it; `more` is what it tells beside the error. */
export class Fault extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly remedy = '',
    readonly status = 0,
    readonly more: Record<string, any> = {},
  ) {
    super(message)
  }
  /** Nobody answered: what was asked may be asked again. */
  get lost() {
    return this.status === 0
  }
}
export const asFault = (error: unknown) => (error instanceof Fault ? error : new Fault('E503', String(error)))

/** Whether the server answers, and whether newer reports or decisions are still being worked in. */
class Line {
  lost = $state(false)
  stale = $state(false)
  private hungry = new Set<() => void>()
  private timer: ReturnType<typeof setTimeout> | undefined
  private waiting = new Set<() => void>()
  private tries = 0

  drop() {
    this.lost = true
    this.timer ??= setTimeout(() => this.probe(), Math.min(1000 * 2 ** this.tries++, 15_000))
  }
  up() {
    if (!this.lost) return
    this.lost = false
    this.tries = 0
    const all = [...this.waiting]
    this.waiting.clear()
    for (const again of all) again()
  }
  /** Calls `again` once the server answers. */
  back(again: () => void) {
    this.waiting.add(again)
    return () => void this.waiting.delete(again)
  }
  /** Looks again until nothing newer is on its way, then lets those ask again who showed the older state. */
  note(stale: boolean) {
    if (stale === this.stale) return
    this.stale = stale
    if (stale) setTimeout(() => this.look(), 2000)
  }
  private async look() {
    const answer = await fetch('./api/v1/meta', { headers: { Accept: 'application/json' } }).catch(() => null)
    if (answer && answer.headers.get('Marsad-Stale') === '1') return void setTimeout(() => this.look(), 2500)
    this.stale = false
    const all = [...this.hungry]
    this.hungry.clear()
    for (const again of all) again()
  }
  fresh(again: () => void) {
    this.hungry.add(again)
    return () => void this.hungry.delete(again)
  }
  async probe() {
    clearTimeout(this.timer)
    this.timer = undefined
    try {
      await fetch('./api/v1/session', { headers: { Accept: 'application/json' } })
      this.up()
    } catch {
      this.drop()
    }
  }
}
export const line = new Line()
addEventListener('online', () => void line.probe())

type Asked = { method?: string; body?: unknown; signal?: AbortSignal }

async function send(path: string, { method = 'GET', body, signal }: Asked): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (method !== 'GET') {
    headers['X-CSRF-Token'] = session.csrf
    headers['Content-Type'] = 'application/json'
  }
  try {
    const answer = await fetch(`./api/v1/${path}`, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) })
    line.up()
    if (answer.headers.get('Marsad-Stale') === '1') line.note(true)
    return answer
  } catch (error) {
    if (signal?.aborted) throw error
    line.drop()
    throw new Fault('E500', 'the server does not answer', 'is marsad serve still running?')
  }
}

/** Asks the API; a session that ran out is told to `session`, a stale token is fetched anew once. */
export async function ask<T>(path: string, asked: Asked = {}): Promise<T> {
  let answer = await send(path, asked)
  let body = await read(answer)
  if (answer.status === 403 && body?.error?.code === 'E522') {
    await session.refresh()
    answer = await send(path, asked)
    body = await read(answer)
  }
  if (answer.ok) return body as T
  const { error, ...more } = body ?? {}
  if (answer.status === 401 && error?.code !== 'E523') session.out()
  throw new Fault(error?.code ?? `HTTP ${answer.status}`, error?.message ?? 'the answer cannot be read', error?.remedy, answer.status, more)
}

async function read(answer: Response): Promise<any> {
  if (answer.status === 204) return null
  return answer.json().catch(() => null)
}

// ids hold slashes that are part of the address
export const part = (id: string) => id.split('/').map(encodeURIComponent).join('/')

/** "?a=1&b=2" of what is not empty; lists repeat. */
export function query(fields: Record<string, string | number | boolean | string[] | null | undefined>): string {
  const out = new URLSearchParams()
  for (const [key, value] of Object.entries(fields)) {
    if (Array.isArray(value)) for (const one of value) out.append(key, one)
    else if (value !== '' && value !== null && value !== undefined) out.set(key, String(value))
  }
  return out.size ? `?${out}` : ''
}

/** What is asked for now: the last good answer stays while the next is on its way or the server is gone. */
export class Asking<T> {
  value = $state.raw<T | null>(null)
  fault = $state.raw<Fault | null>(null)
  busy = $state(false)
  key = ''
  private stop: AbortController | null = null
  private unwait = () => {}

  async get(path: string, { keep = true, again = false } = {}): Promise<void> {
    if (path === this.key && !again && !this.fault) return
    if (!keep && path !== this.key) this.value = null
    this.key = path
    this.stop?.abort()
    this.unwait()
    const stop = (this.stop = new AbortController())
    this.busy = true
    try {
      const value = await ask<T>(path, { signal: stop.signal })
      if (stop.signal.aborted) return
      this.value = value
      this.fault = null
      if (line.stale) this.unwait = line.fresh(() => void this.get(path, { again: true }))
    } catch (error) {
      if (stop.signal.aborted) return
      const fault = asFault(error)
      if (fault.lost) this.unwait = line.back(() => void this.get(path, { again: true }))
      if (!fault.lost || this.value === null) this.fault = fault
      if (!fault.lost) this.value = null
    }
    if (this.stop === stop) this.busy = false
  }
  again = () => this.get(this.key, { again: true })
}
