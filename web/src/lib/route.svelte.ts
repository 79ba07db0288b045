import type { Lang } from './types'

export type View = 'incidents' | 'pair' | 'alerts'
export type Theme = 'light' | 'dark'

const VIEWS: View[] = ['incidents', 'pair', 'alerts']
const DEFAULTS = {
  q: '', deed: '', actor: '', status: '', contra: '', since: '', until: '', sort: '',
  sel: '', report: '', event: '', a: 'russia', b: 'iran', month: '', side: '',
}
type Fields = typeof DEFAULTS
export type Field = keyof Fields
export const FILTERS: Field[] = ['q', 'deed', 'actor', 'status', 'contra', 'since', 'until']

const night = () => matchMedia('(prefers-color-scheme: dark)').matches

/** Everything that can be linked to: it lives in the address after #, and nowhere else. */
class Route {
  view = $state<View>('incidents')
  lang = $state<Lang>('ar')
  theme = $state<Theme>('light')
  fields = $state<Fields>({ ...DEFAULTS })

  constructor() {
    this.read()
    addEventListener('hashchange', () => this.read())
  }

  read() {
    const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?')
    const given = new URLSearchParams(query)
    this.view = VIEWS.includes(path as View) ? (path as View) : 'incidents'
    this.lang = given.get('lang') === 'en' ? 'en' : 'ar'
    const theme = given.get('theme')
    this.theme = theme === 'dark' || theme === 'light' ? theme : night() ? 'dark' : 'light'
    for (const key of Object.keys(DEFAULTS) as Field[]) {
      const value = given.get(key) ?? DEFAULTS[key]
      if (this.fields[key] !== value) this.fields[key] = value
    }
  }

  address(change: Partial<Fields> & { view?: View; lang?: Lang; theme?: Theme } = {}): string {
    const next = { ...this.fields, ...change }
    const query = new URLSearchParams({ lang: change.lang ?? this.lang, theme: change.theme ?? this.theme })
    for (const key of Object.keys(DEFAULTS) as Field[]) if (next[key] !== DEFAULTS[key]) query.set(key, next[key])
    return `#/${change.view ?? this.view}?${query}`
  }

  /** `quiet` replaces the address (typing), otherwise the browser's back button undoes the step. */
  go(change: Parameters<Route['address']>[0], { quiet = false } = {}) {
    const address = this.address(change)
    if (address === location.hash) return
    if (quiet) history.replaceState(null, '', address)
    else history.pushState(null, '', address)
    this.read()
  }
}

export const route = new Route()
addEventListener('popstate', () => route.read())
