import type { Lang } from './types'

export type Theme = 'light' | 'dark'
export type View =
  | 'observatory' | 'incident' | 'report' | 'review' | 'actors' | 'actor' | 'pair' | 'network' | 'alerts' | 'health' | 'people' | 'login'

/** What each view keeps in the address, beside its id. */
const KEPT = {
  observatory: ['q', 'deed', 'quad', 'actor', 'place', 'status', 'source', 'voices', 'contra', 'since', 'until', 'sort', 'sel', 'at', 'cam'],
  incident: ['part'],
  report: ['event', 'rules', 'edit'],
  review: ['item', 'queue', 'coding'],
  actors: ['q', 'kind', 'camp'],
  actor: [],
  pair: ['a', 'b', 'month', 'side'],
  network: ['since', 'until', 'level', 'sel'],
  alerts: ['shown', 'level', 'rule', 'sel'],
  health: ['part'],
  people: [],
  login: ['next'],
} as const satisfies Record<View, readonly string[]>
const OLD: Record<string, View> = { '': 'observatory', incidents: 'observatory', incident: 'incident', reports: 'report' }
const DEFAULTS: Record<string, string> = { a: 'russia', b: 'iran' }

export type Fields = Record<(typeof KEPT)[View][number], string>
export type Field = keyof Fields
export type Change = Partial<Fields> & { view?: View; id?: string; lang?: Lang }
export const FILTERS = ['q', 'deed', 'quad', 'actor', 'place', 'status', 'source', 'voices', 'contra', 'since', 'until', 'at'] as const satisfies Field[]

const ALL = [...new Set(Object.values(KEPT).flat())] as Field[]
const kept = (key: string) => {
  try {
    return localStorage.getItem(`marsad.${key}`)
  } catch {
    return null // storage may be forbidden: the page works without
  }
}
const keep = (key: string, value: string) => {
  try {
    localStorage.setItem(`marsad.${key}`, value)
  } catch {
    /* as above */
  }
}
const night = () => matchMedia('(prefers-color-scheme: dark)').matches
const split = (id: string) => id.split('/').map(encodeURIComponent).join('/')
function parted(path: string): string {
  try {
    return path.split('/').map(decodeURIComponent).join('/')
  } catch {
    return path // a cut-off escape in a pasted link
  }
}

/** Where the page stands. All of it lives in the address after #, but for what a reader prefers. */
class Route {
  view = $state<View>('observatory')
  id = $state('')
  lang = $state<Lang>('ar')
  theme = $state<Theme>('light')
  digits = $state<'arab' | 'latn'>(kept('digits') === 'latn' ? 'latn' : 'arab')
  fields = $state(Object.fromEntries(ALL.map((f) => [f, DEFAULTS[f] ?? ''])) as Fields)
  /** the last address of each view, so that the rail leads back to where one was */
  last: Partial<Record<View, string>> = $state({})

  private asked: string | null = null

  constructor() {
    this.read()
    addEventListener('hashchange', () => this.read())
    addEventListener('popstate', () => this.read())
  }

  read() {
    const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?')
    const given = new URLSearchParams(query)
    const [head, ...rest] = path.split('/')
    let view = OLD[head] ?? (head in KEPT ? (head as View) : 'observatory')
    let id = parted(rest.join('/'))
    const report = given.get('report')
    if (view === 'observatory' && report) [view, id] = ['report', report]
    if (!id && (view === 'report' || view === 'incident')) view = 'observatory'
    if (!id && view === 'actor') view = 'actors'
    this.view = view
    this.id = id
    const lang = given.get('lang') ?? kept('lang')
    this.lang = lang === 'en' ? 'en' : 'ar'
    // a link may ask for a theme; it then holds for the whole visit
    this.asked = given.get('theme') ?? this.asked
    const theme = this.asked ?? kept('theme')
    this.theme = theme === 'dark' || theme === 'light' ? theme : night() ? 'dark' : 'light'
    const owned: readonly string[] = KEPT[view]
    for (const key of ALL) {
      const value = (owned.includes(key) ? given.get(key) : null) ?? DEFAULTS[key] ?? ''
      if (this.fields[key] !== value) this.fields[key] = value
    }
    this.last[view] = location.hash || this.address()
  }

  /** The address of a change; what the same view already shows is kept, another view starts clean. */
  address(change: Change = {}): string {
    const view = change.view ?? this.view
    const same = view === this.view && (change.id === undefined || change.id === this.id)
    const id = change.id ?? (view === this.view ? this.id : '')
    const query = new URLSearchParams({ lang: change.lang ?? this.lang })
    for (const key of KEPT[view] as readonly Field[]) {
      const value = change[key] ?? (same ? this.fields[key] : '')
      if (value && (value !== DEFAULTS[key])) query.set(key, value)
    }
    return `#/${view}${id ? `/${split(id)}` : ''}?${query}`
  }

  /** `quiet` replaces the address (typing, moving the map), otherwise the browser's back button undoes the step. */
  go(change: Change, { quiet = false } = {}) {
    this.to(this.address(change), { quiet })
  }

  to(address: string, { quiet = false } = {}) {
    if (address === location.hash) return
    if (quiet) history.replaceState(null, '', address)
    else history.pushState(null, '', address)
    this.read()
  }

  speak(lang: Lang) {
    keep('lang', lang)
    this.go({ lang }, { quiet: true })
  }

  paint(theme: Theme) {
    keep('theme', theme)
    this.asked = null
    this.theme = theme
    if (location.hash.includes('theme=')) this.go({}, { quiet: true })
  }

  count(digits: 'arab' | 'latn') {
    keep('digits', digits)
    this.digits = digits
  }
}

export const route = new Route()
