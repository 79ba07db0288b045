import type { Lang } from './types'

const LOCALE: Record<Lang, string> = { ar: 'ar-SY-u-nu-latn-ca-gregory', en: 'en-GB' }
const DAY: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }
const MONTH: Intl.DateTimeFormatOptions = { month: 'long', year: 'numeric', timeZone: 'UTC' }
const kept = new Map<string, Intl.DateTimeFormat>()

function format(lang: Lang, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = lang + JSON.stringify(options)
  if (!kept.has(key)) kept.set(key, new Intl.DateTimeFormat(LOCALE[lang], options))
  return kept.get(key)!
}

const at = (iso: string) => new Date(`${iso}T00:00:00Z`)

export const day = (iso: string, lang: Lang) => format(lang, DAY).format(at(iso))
export const month = (period: string, lang: Lang) => format(lang, MONTH).format(at(`${period.slice(0, 7)}-01`))

/** A span of days in words, no finer than it is known; null where it is not. */
export function span(start: string | null, end: string | null, precision: string, lang: Lang): string | null {
  if (!start) return null
  if (precision === 'year') return start.slice(0, 4)
  if (precision === 'month' && start.slice(0, 7) === (end ?? start).slice(0, 7)) return month(start, lang)
  if (!end || end === start) return day(start, lang)
  return format(lang, DAY).formatRange(at(start), at(end))
}
