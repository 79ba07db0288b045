import { HOUSE } from '../words/house'
import { OBSERVATORY } from '../words/observatory'
import { RELATIONS } from '../words/relations'
import { REVIEW } from '../words/review'
import { digits, month, num, shortDay } from './dates'
import { route } from './route.svelte'
import type { Both, Labels, Lang } from './types'

const WORDS = { ...HOUSE, ...OBSERVATORY, ...REVIEW, ...RELATIONS }
export type Word = keyof typeof WORDS

/** The page's word `key` in the language shown. */
export const t = (key: Word): string => WORDS[key][route.lang]
/** The page's word for a code such as a kind or a change; the code itself where there is none. */
export const coded = (prefix: string, code: string | null | undefined): string =>
  code ? ((WORDS as Record<string, Both>)[`${prefix}_${code}`]?.[route.lang] ?? code) : ''

/** `both` in the language shown, else in the other. */
export const say = (both: Partial<Both> | undefined | null): string => prose(both?.[route.lang] || both?.ar || both?.en || '')

/** Dates and figures inside the server's own sentences, as the reader writes them; a name such as T4 stays. */
export function prose(text: string): string {
  if (!/\d/.test(text)) return text
  const dated = text.replace(/\b\d{4}-\d{2}-\d{2}\b/g, shortDay).replace(/\b\d{4}-\d{2}\b(?!-)/g, month)
  if (route.lang !== 'ar' || route.digits !== 'arab') return dated
  return dated.replace(/(?<![A-Za-z\d])\d+([.,]\d+)*(?![A-Za-z\d])/g, (n) => digits(n.replace('.', '٫')))
}

/** "≥ 20" in words where the sign would be mirrored. */
export function amount(figure: string): string {
  const [, sign, n] = /^([≥≤]) (\d+)$/.exec(figure) ?? []
  if (!sign || route.lang !== 'ar') return digits(figure)
  return `${digits(n)} ${sign === '≥' ? 'على الأقل' : 'على الأكثر'}`
}
export const comma = () => (route.lang === 'ar' ? '، ' : ', ')

let labels: Labels = $state.raw({})
export const learn = (told: Labels) => void (labels = told)

/** The label of a code of the record; the code itself where it has none. */
export const label = (kind: string, code: string | null | undefined): string => (code ? say(labels[kind]?.[code]) || code : '')

/** "Assault · clash" */
export function deed(type: string, mode: string | null | undefined): string {
  if (!mode) return label('types', type)
  const own = labels.modes?.[`${type}/${mode}`]
  return own ? say(own) : `${label('types', type)} · ${label('modes', mode)}`
}

const count = (one: string, two: string, few: string, many: string, hundred: string) => (n: number) =>
  n === 1 ? one : n === 2 ? two : `${num(n)} ${n % 100 >= 3 && n % 100 <= 10 ? few : n % 100 >= 11 ? many : hundred}`
const plural = (one: string, many: string) => (n: number) => `${num(n)} ${n === 1 ? one : many}`

/** Counted nouns: Arabic has a dual, two plurals, and a genitive after hundreds. */
const COUNTED = {
  voices: { ar: count('صوت واحد', 'صوتان', 'أصوات', 'صوتًا', 'صوت'), en: plural('voice', 'voices') },
  reports: { ar: count('تقرير واحد', 'تقريران', 'تقارير', 'تقريرًا', 'تقرير'), en: plural('report', 'reports') },
  incidents: { ar: count('حادثة واحدة', 'حادثتان', 'حوادث', 'حادثة', 'حادثة'), en: plural('incident', 'incidents') },
  killed: { ar: count('قتيل', 'قتيلان', 'قتلى', 'قتيلًا', 'قتيل'), en: (n: number) => `${num(n)} killed` },
  actors: { ar: count('طرف واحد', 'طرفان', 'أطراف', 'طرفًا', 'طرف'), en: plural('actor', 'actors') },
  alerts: { ar: count('تنبيه واحد', 'تنبيهان', 'تنبيهات', 'تنبيهًا', 'تنبيه'), en: plural('alert', 'alerts') },
  days: { ar: count('يوم واحد', 'يومان', 'أيام', 'يومًا', 'يوم'), en: plural('day', 'days') },
  forecasts: { ar: count('توقع واحد', 'توقعان', 'توقعات', 'توقعًا', 'توقع'), en: plural('forecast', 'forecasts') },
  events: { ar: count('حدث واحد', 'حدثان', 'أحداث', 'حدثًا', 'حدث'), en: plural('event', 'events') },
} satisfies Record<string, Record<Lang, (n: number) => string>>

export const counted = (what: keyof typeof COUNTED, n: number): string => COUNTED[what][route.lang](n)
