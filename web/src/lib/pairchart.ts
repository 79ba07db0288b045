import { month } from './dates'
import type { Look } from './timeline'
import type { Pair } from './types'

const nice = (n: number) => [1, 2, 3, 4, 5, 8, 10, 12, 15, 20, 25, 30, 40, 50].find((step) => step >= n) ?? Math.ceil(n / 50) * 50

/** Cooperation above the line, conflict below it: two series, never one sum. */
export function bars(pair: Pair, look: Look, chosen: { month: string; side: string }, cooperation: string, conflict: string) {
  const rtl = look.lang === 'ar'
  const text = { fontFamily: look.font, color: look.ink.dim, fontSize: 11.5 }
  const step = nice(Math.max(1, ...pair.periods.map((p) => Math.max(p.cooperation, p.conflict))) / 3)
  const top = step * 3
  const series = (id: 'cooperation' | 'conflict', name: string, color: string) => ({
    id, name, type: 'bar' as const, stack: 'one', barMaxWidth: 26, cursor: 'pointer', itemStyle: { color },
    data: pair.periods.map((p) => ({
      value: id === 'conflict' ? -p[id] : p[id],
      itemStyle: { opacity: (!chosen.month || chosen.month === p.period) && (!chosen.side || chosen.side === id) ? 1 : 0.32 },
    })),
  })
  return {
    animation: false,
    grid: { top: 18, bottom: 34, left: rtl ? 30 : 52, right: rtl ? 52 : 30 },
    xAxis: {
      type: 'category' as const, inverse: rtl, data: pair.periods.map((p) => p.period), axisTick: { show: false },
      axisLine: { onZero: false, lineStyle: { color: look.ink.line } }, axisLabel: { ...text, hideOverlap: true, formatter: (p: string) => month(p, look.lang) },
    },
    yAxis: {
      type: 'value' as const, position: rtl ? ('right' as const) : ('left' as const), min: -top, max: top, interval: step,
      splitLine: { lineStyle: { color: look.ink.line } }, axisLabel: { ...text, formatter: (n: number) => String(Math.abs(n)) },
    },
    tooltip: {
      trigger: 'axis' as const, renderMode: 'richText' as const, confine: true, axisPointer: { type: 'shadow' as const },
      backgroundColor: look.ink.panel, borderColor: look.ink.line, textStyle: { fontFamily: look.font, color: look.ink.text, fontSize: 12 },
      formatter: (items: any[]) => [month(items[0].axisValue, look.lang), ...items.map((i) => `${i.seriesName}: ${Math.abs(i.value).toFixed(1)}`)].join('\n'),
    },
    series: [series('cooperation', cooperation, look.quads[2]), series('conflict', conflict, look.quads[4])],
  }
}
