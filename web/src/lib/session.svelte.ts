import { ask, Fault } from './ask.svelte'

export type Role = 'reader' | 'coder' | 'lead' | 'admin'
type Told = { login: boolean; person: { name: string; role: Role; local: boolean } | null; csrf: string | null; may: string[] }

/** Who sits here and what they may do. */
class Session {
  told = $state.raw<Told | null>(null)
  get csrf() {
    return this.told?.csrf ?? ''
  }
  get person() {
    return this.told?.person ?? null
  }
  /** Whether the log-in page has to come first. */
  get barred() {
    return Boolean(this.told?.login && !this.told.person)
  }
  may(what: string) {
    return this.told?.may.includes(what) ?? false
  }

  async refresh() {
    try {
      this.told = await ask<Told>('session')
    } catch (error) {
      // a server without people has nobody to ask for
      if (error instanceof Fault && error.status === 404) this.told = { login: false, person: null, csrf: '', may: [] }
      else throw error
    }
  }
  async enter(name: string, password: string) {
    this.told = await ask<Told>('session', { method: 'POST', body: { name, password } })
  }
  async leave() {
    await ask('session', { method: 'DELETE' })
    await this.refresh()
  }
  out() {
    if (this.told?.person && !this.told.person.local) this.told = { ...this.told, login: true, person: null, may: [] }
  }
}
export const session = new Session()
