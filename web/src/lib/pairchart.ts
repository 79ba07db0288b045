import { month, num, one } from './dates'
import type { Pair } from './relations'
import type { Lang } from './types'

export type Look = { quads: Record<number, string>; ink: Record<string, string>; font: string; lang: Lang }

const nice = (n: number) => [1, 2, 3, 4, 5, 8, 10, 12, 15, 20, 25, 30, 40, 50].find((step) => step >= n) ?? Math.ceil(n / 50) * 50

/** Cooperation above the line, conflict below it: two series, never one sum. */
export function bars(pair: Pair, look: Look, chosen: { month: string; side: string }, cooperation: string, conflict: string, proxies: string) {
  const rtl = look.lang === 'ar'
  const text = { fontFamily: look.font, color: look.ink.dim, fontSize: 11.5 }
  const highest = pair.periods.map((p) => Math.max(p.interval.cooperation[1], p.interval.conflict[1], p.cooperation, p.conflict, p.proxy.cooperation, p.proxy.conflict))
  const step = nice(Math.max(1, ...highest) / 3)
  const top = step * 3
  const series = (id: 'cooperation' | 'conflict', name: string, color: string) => ({
    id, name, type: 'bar' as const, stack: 'one', barMaxWidth: 26, cursor: 'pointer', itemStyle: { color },
    data: pair.periods.map((p) => ({
      value: id === 'conflict' ? -p[id] : p[id],
      itemStyle: { opacity: (!chosen.month || chosen.month === p.period) && (!chosen.side || chosen.side === id) ? 1 : 0.32 },
    })),
  })
  const near = (i: number) => [i - 1, i, i + 1].some((k) => pair.periods[k]?.proxy.incidents > 0)
  const clients = (id: 'cooperation' | 'conflict', color: string) => ({
    id: `proxy-${id}`, name: `${id === 'conflict' ? conflict : cooperation} (${proxies})`, type: 'line' as const, symbol: 'circle', symbolSize: 4,
    lineStyle: { color, type: 'dashed' as const, width: 1.6 }, itemStyle: { color }, data: pair.periods.map((p, i) => (near(i) ? (id === 'conflict' ? -p.proxy[id] : p.proxy[id]) : null)),
  })
  return {
    animation: false,
    grid: { top: 18, bottom: 34, left: rtl ? 30 : 52, right: rtl ? 52 : 30 },
    xAxis: {
      type: 'category' as const, inverse: rtl, data: pair.periods.map((p) => p.period), axisTick: { show: false },
      axisLine: { onZero: false, lineStyle: { color: look.ink.line } }, axisLabel: { ...text, hideOverlap: true, formatter: (p: string) => month(p) },
    },
    yAxis: {
      type: 'value' as const, position: rtl ? ('right' as const) : ('left' as const), min: -top, max: top, interval: step,
      splitLine: { lineStyle: { color: look.ink.line } }, axisLabel: { ...text, showMinLabel: false, formatter: (n: number) => num(Math.abs(n)) },
    },
    tooltip: {
      trigger: 'axis' as const, renderMode: 'richText' as const, confine: true, axisPointer: { type: 'shadow' as const },
      backgroundColor: look.ink.panel, borderColor: look.ink.line, textStyle: { fontFamily: look.font, color: look.ink.text, fontSize: 12 },
      formatter: (items: any[]) => [month(items[0].axisValue), ...items.filter((i) => typeof i.value === 'number').map((i) => `${i.seriesName}: ${one(Math.abs(i.value))}`)].join('\n'),
    },
    series: [
      series('cooperation', cooperation, look.quads[2]), series('conflict', conflict, look.quads[4]), doubt(pair, look),
      ...(proxied(pair) ? [clients('cooperation', look.quads[2]), clients('conflict', look.quads[4])] : []),
    ],
  }
}

/** Whether clients of the two acted towards each other. */
export const proxied = (pair: Pair) => pair.periods.some((p) => p.proxy.incidents > 0)

/** Whiskers: how far the sources of disputed incidents lie apart. */
function doubt(pair: Pair, look: Look) {
  const sides = ['cooperation', 'conflict'] as const
  const data = pair.periods.flatMap((p, i) => sides.filter((s) => p.interval[s][1] > p.interval[s][0]).map((s) => [i, ...p.interval[s].map((n) => (s === 'conflict' ? -n : n))]))
  return {
    id: 'interval', name: '', type: 'custom' as const, silent: true, tooltip: { show: false }, z: 5, data,
    renderItem: (_: any, its: any) => {
      const [x, low] = its.coord([its.value(0), its.value(1)])
      const high = its.coord([its.value(0), its.value(2)])[1]
      const line = (x1: number, y1: number, x2: number, y2: number) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: look.ink.text, lineWidth: 1.2, opacity: 0.75 } })
      return { type: 'group', children: [line(x, low, x, high), line(x - 4, low, x + 4, low), line(x - 4, high, x + 4, high)] }
    },
  }
}

