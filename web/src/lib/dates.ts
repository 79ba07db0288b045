import { route } from './route.svelte'

const kept = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat>()
const locale = () => (route.lang === 'ar' ? `ar-SY-u-nu-${route.digits}-ca-gregory` : 'en-GB')

function dater(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale() + JSON.stringify(options)
  if (!kept.has(key)) kept.set(key, new Intl.DateTimeFormat(locale(), { timeZone: 'UTC', ...options }))
  return kept.get(key) as Intl.DateTimeFormat
}

const DAY: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'long', year: 'numeric' }
const MONTH: Intl.DateTimeFormatOptions = { month: 'long', year: 'numeric' }
const whole = (iso: string) => (iso.length === 4 ? `${iso}-01-01` : iso.length === 7 ? `${iso}-01` : iso.slice(0, 10))
export const at = (iso: string) => new Date(`${whole(iso)}T00:00:00Z`)
const sound = (date: Date) => !Number.isNaN(date.getTime())

export const day = (iso: string) => (sound(at(iso)) ? dater(DAY).format(at(iso)) : iso)
export const shortDay = (iso: string) => (sound(at(iso)) ? dater({ day: 'numeric', month: 'short', year: 'numeric' }).format(at(iso)) : iso)
export const month = (period: string) => (sound(at(period.slice(0, 7))) ? dater(MONTH).format(at(period.slice(0, 7))) : period)
export const year = (iso: string) => num(Number(iso.slice(0, 4)), { useGrouping: false })

/** A moment of the clock, in the reader's own time zone. */
export function moment(iso: string): string {
  const date = new Date(/Z|[+-]\d\d:?\d\d$/.test(iso) ? iso : `${iso}Z`)
  if (!sound(date)) return iso
  if (iso.length <= 10) return shortDay(iso)
  return dater({ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone }).format(date)
}

/** A span of days in words, no finer than it is known; null where it is not. */
export function span(start: string | null | undefined, end: string | null | undefined, precision = 'day'): string | null {
  if (!start || !sound(at(start))) return null
  if (precision === 'year') return year(start)
  if (precision === 'month' && start.slice(0, 7) === (end ?? start).slice(0, 7)) return month(start)
  if (!end || end === start || !sound(at(end))) return day(start)
  return dater(DAY).formatRange(at(start), at(end))
}

/** A number with the digits that the reader chose. */
export function num(n: number, options: Intl.NumberFormatOptions = {}): string {
  const key = `n${locale()}${JSON.stringify(options)}`
  if (!kept.has(key)) kept.set(key, new Intl.NumberFormat(locale(), options))
  return (kept.get(key) as Intl.NumberFormat).format(n)
}
export const one = (n: number) => num(n, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
export const share = (n: number) => num(n, { style: 'percent', maximumFractionDigits: 0 })
/** Digits inside a string that is not a number ("2–7", "≥ 20"). */
export const digits = (text: string) =>
  route.lang === 'ar' && route.digits === 'arab' ? text.replace(/\d/g, (d) => String.fromCharCode(0x660 + Number(d))) : text
