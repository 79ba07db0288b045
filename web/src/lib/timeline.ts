import { day, month, span } from './dates'
import { label, say } from './desk.svelte'
import type { Card, Lang } from './types'

export type Look = { quads: Record<number, string>; ink: Record<string, string>; font: string; lang: Lang }
const DAY = 86_400_000
const LANES = [4, 3, 2, 1]

const at = (iso: string) => Date.parse(`${iso}T00:00:00Z`)

/** Incidents on a time axis, a lane for each kind of deed; in Arabic time runs from right to left. */
export function timeline(cards: Card[], look: Look, chosen = '') {
  const dated = cards.filter((c) => c.start)
  const text = { fontFamily: look.font, color: look.ink.dim, fontSize: 11 }
  const rtl = look.lang === 'ar'
  return {
    animation: false,
    grid: { top: 12, bottom: 26, left: rtl ? 18 : 132, right: rtl ? 118 : 18 },
    xAxis: {
      type: 'time' as const, inverse: rtl, ...extent(dated),
      axisLine: { lineStyle: { color: look.ink.line } }, axisTick: { show: false }, splitLine: { show: true, lineStyle: { color: look.ink.line } },
      axisLabel: { ...text, hideOverlap: true, formatter: (ms: number) => tick(ms, look.lang) },
    },
    yAxis: {
      type: 'category' as const, data: LANES.map(String).reverse(), position: rtl ? ('right' as const) : ('left' as const),
      axisLine: { show: false }, axisTick: { show: false },
      splitArea: { show: false }, axisLabel: { ...text, formatter: (quad: string) => label('quads', quad) },
    },
    dataZoom: [{ type: 'inside' as const, xAxisIndex: 0, filterMode: 'none' as const, minValueSpan: 5 * DAY }],
    tooltip: {
      // rich text is drawn, never parsed: a title out of a report cannot become markup
      renderMode: 'richText' as const, confine: true, backgroundColor: look.ink.panel, borderColor: look.ink.line,
      textStyle: { fontFamily: look.font, color: look.ink.text, fontSize: 12 },
      formatter: (p: any) => told(p.data.card, look.lang),
    },
    series: [{ id: 'incidents', type: 'custom' as const, clip: true, encode: { x: [0, 1], y: 2 }, data: spread(dated, look, chosen), renderItem: mark(look) }],
  }
}

function extent(cards: Card[]) {
  if (!cards.length) return { min: undefined, max: undefined }
  const low = Math.min(...cards.map((c) => at(c.start!)))
  const high = Math.max(...cards.map((c) => at(c.end ?? c.start!)))
  const air = Math.max((high - low) * 0.02, 3 * DAY)
  return { min: low - air, max: high + air }
}

function spread(cards: Card[], look: Look, chosen: string) {
  const stacked = new Map<string, number>()
  return cards.map((card) => {
    const key = `${card.quad}|${card.start!.slice(0, 7)}`
    const nth = stacked.get(key) ?? 0
    stacked.set(key, nth + 1)
    const start = at(card.start!)
    const end = card.end ? at(card.end) : start
    return {
      id: card.incident, card,
      value: [start, end, String(card.quad ?? 4), nth, Math.min(card.voices, 12), card.incident === chosen ? 1 : 0, card.status === 'actual' ? 1 : 0],
      itemStyle: { color: look.quads[card.quad ?? 0] },
    }
  })
}

function mark(look: Look) {
  return (_params: unknown, api: any) => {
    const [x, y] = api.coord([api.value(0), api.value(2)])
    const [far] = api.coord([api.value(1), api.value(2)])
    const room = api.size([0, 1])[1] - 9
    const dy = (((api.value(3) * 5) % Math.max(room, 1)) - room / 2) * 0.9
    const on = api.value(5) === 1
    const radius = 2.6 + Math.sqrt(api.value(4)) + (on ? 2 : 0)
    const style = { fill: api.visual('color'), opacity: on ? 1 : api.value(6) ? 0.85 : 0.45, stroke: on ? look.ink.text : look.ink.panel, lineWidth: on ? 2 : 0.7 }
    const shape = Math.abs(far - x) < 2 * radius
      ? { type: 'circle', shape: { cx: (x + far) / 2, cy: y + dy, r: radius } }
      : { type: 'rect', shape: { x: Math.min(x, far), y: y + dy - 2.5, width: Math.abs(far - x), height: 5, r: 2.5 } }
    return { ...shape, style, z2: on ? 9 : 1 }
  }
}

function tick(ms: number, lang: Lang): string {
  const iso = new Date(ms).toISOString().slice(0, 10)
  if (iso.endsWith('-01-01')) return iso.slice(0, 4)
  return iso.endsWith('-01') ? month(iso, lang) : day(iso, lang)
}

function told(card: Card, lang: Lang): string {
  return `${say(card.title)}\n${span(card.start, card.end, card.precision, lang)}`
}
