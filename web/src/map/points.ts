import type { Map as LibreMap } from 'maplibre-gl'
import type { Both, Card, Quad, Status } from '../lib/types'

export type IncidentProps = Both & {
  kind: 'incident'
  incident: string
  type: string
  mode: string | null
  status: Status
  quad: Quad | null
  start: string | null
  end: string | null
  precision: number | null
  uncertainty_km: number | null
  voices: number
  disputed: boolean
  same_spot?: number
}
type ClusterProps = { kind: 'cluster'; count: number; quads: number[]; bbox: [number, number, number, number]; zoom: number | null }
type MoveProps = Both & { kind: 'move'; incident: string; quad: Quad | null; start: string | null }
export type MapAnswer = {
  total: number
  unplaced: number
  clustered: boolean
  features: GeoJSON.Feature<GeoJSON.Geometry, IncidentProps | ClusterProps | MoveProps>[]
}
export type Marks = { chosen: string; lit: string }
type Spot = { props: IncidentProps; lon: number; lat: number }
type Feature = GeoJSON.Feature

const GOLDEN = Math.PI * (3 - Math.sqrt(5))
const NEAR = 30 // pixels within which many points become one ring
const MANY = 5
const PARTS = 10.5 // zoom from which they are spread instead
export const collection = (features: Feature[]): GeoJSON.FeatureCollection => ({ type: 'FeatureCollection', features })
const point = (at: [number, number], properties: object): Feature => ({ type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties: { ...properties } })

/** Radius in pixels: area grows with the number of independent voices. */
export const size = (voices: number) => 4.4 + 2.6 * Math.sqrt(Math.max(0, Math.min(voices, 16) - 0.6))
/** Diameter of a ring that stands for `n` incidents. */
export const ring = (n: number) => Math.round(30 + 9 * Math.log10(Math.max(n, 1)))

export function spots(answer: MapAnswer): Spot[] {
  return answer.features.flatMap((f) =>
    f.properties.kind === 'incident' && f.geometry.type === 'Point' ? [{ props: f.properties, lon: f.geometry.coordinates[0], lat: f.geometry.coordinates[1] }] : [],
  )
}

/** A card of the list as the map's answer would tell it. */
export function spotted(card: Card): MapAnswer['features'] {
  if (card.place?.lat == null || card.place.lon == null) return []
  const { incident, type, mode, status, quad, start, end, voices } = card
  const properties: IncidentProps = { kind: 'incident', incident, ...card.title, type, mode, status, quad, start, end, voices, precision: card.place.precision, uncertainty_km: card.uncertainty_km ?? null, disputed: card.contradictions.length > 0 }
  return [{ type: 'Feature', geometry: { type: 'Point', coordinates: [card.place.lon, card.place.lat] }, properties }]
}

/** What the map draws of an answer: rings for crowds, seeds of a sunflower for a few at one place. */
export function drawn(map: LibreMap, answer: MapAnswer, colors: Record<number, string>, marks: Marks): { points: Feature[]; rings: Feature[] } {
  const rings: Feature[] = answer.features.flatMap((f) =>
    f.properties.kind === 'cluster' && f.geometry.type === 'Point' ? [ringed(f.geometry.coordinates as [number, number], f.properties.count, f.properties.quads, f.properties.bbox, f.properties.zoom)] : [],
  )
  const points: Feature[] = []
  const whole = map.getZoom() < PARTS
  for (const group of crowds(map, spots(answer))) {
    const { x, y } = group.middle
    if (whole && group.spots.length >= MANY && !group.spots.some((s) => s.props.incident === marks.chosen)) {
      rings.push(gathered(group.spots))
      continue
    }
    const ordered = group.spots.toSorted((p, q) => q.props.voices - p.props.voices)
    const seeds = new Map<string, number>()
    for (const spot of ordered) {
      const key = `${spot.lon.toFixed(3)},${spot.lat.toFixed(3)}`
      const nth = seeds.get(key) ?? 0
      seeds.set(key, nth + 1)
      const own = nth ? map.project([spot.lon, spot.lat]) : { x, y }
      const away = 10 * Math.sqrt(nth)
      const at = nth ? (map.unproject([own.x + away * Math.cos(nth * GOLDEN), own.y + away * Math.sin(nth * GOLDEN)]).toArray() as [number, number]) : ([spot.lon, spot.lat] as [number, number])
      points.push(point(at, painted(spot.props, colors, marks)))
    }
  }
  return { points, rings }
}

/** Greedy grid: those that lie within NEAR pixels of the first of their cell. */
function crowds(map: LibreMap, all: Spot[]) {
  const cells = new Map<string, { middle: { x: number; y: number }; spots: Spot[] }>()
  for (const spot of all) {
    const { x, y } = map.project([spot.lon, spot.lat])
    const [cx, cy] = [Math.round(x / NEAR), Math.round(y / NEAR)]
    let home: { middle: { x: number; y: number }; spots: Spot[] } | undefined
    for (let i = -1; i <= 1 && !home; i++) {
      for (let j = -1; j <= 1 && !home; j++) {
        const cell = cells.get(`${cx + i},${cy + j}`)
        if (cell && Math.hypot(cell.middle.x - x, cell.middle.y - y) <= NEAR) home = cell
      }
    }
    if (home) home.spots.push(spot)
    else cells.set(`${cx},${cy}`, { middle: { x, y }, spots: [spot] })
  }
  return cells.values()
}

function gathered(members: Spot[]): Feature {
  const lons = members.map((m) => m.lon)
  const lats = members.map((m) => m.lat)
  const quads = [1, 2, 3, 4].map((q) => members.filter((m) => m.props.quad === q).length)
  const middle: [number, number] = [lons.reduce((a, b) => a + b) / members.length, lats.reduce((a, b) => a + b) / members.length]
  return ringed(middle, members.length, quads, [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)], PARTS)
}

function ringed(at: [number, number], count: number, quads: number[], bbox: [number, number, number, number], zoom: number | null): Feature {
  return point(at, { count, icon: `ring:${ring(count)}:${quads.map((n) => Math.round((n / Math.max(count, 1)) * 24)).join(':')}`, bbox: bbox.join(','), parts: zoom ?? -1 })
}

function painted(props: IncidentProps, colors: Record<number, string>, marks: Marks) {
  const on = props.incident === marks.chosen || props.incident === marks.lit
  return {
    id: props.incident, on, color: colors[props.quad ?? 0], radius: size(props.voices) + (on ? 2 : 0), disputed: props.disputed,
    opacity: on ? 1 : props.status === 'actual' ? 0.9 : 0.5, order: on ? 1e6 : props.voices,
  }
}

/** Circles of uncertainty: one a place, radius and colour; the chosen incident's own on top. */
export function discs(all: Spot[], colors: Record<number, string>, marks: Marks): Feature[] {
  const seen = new Map<string, Feature>()
  for (const { props, lon, lat } of all) {
    const radius = props.uncertainty_km
    if (!radius) continue
    const on = props.incident === marks.chosen || props.incident === marks.lit
    const key = `${lon.toFixed(2)},${lat.toFixed(2)},${radius}`
    if (!on && seen.has(key)) continue
    seen.set(on ? `on ${props.incident}` : key, {
      type: 'Feature', properties: { on, color: on ? colors[props.quad ?? 0] : colors[0] }, geometry: { type: 'Polygon', coordinates: [circle(lon, lat, radius)] },
    })
  }
  return [...seen.values()]
}

function circle(lon: number, lat: number, km: number): [number, number][] {
  const dy = km / 110.574
  const dx = km / (111.32 * Math.cos((lat * Math.PI) / 180))
  return Array.from({ length: 65 }, (_, i) => {
    const angle = (i / 64) * 2 * Math.PI
    return [lon + dx * Math.cos(angle), lat + dy * Math.sin(angle)]
  })
}

/** Movements as bent lines, each with the head of an arrow where neither of its ends covers it. */
export function moves(answer: MapAnswer, colors: Record<number, string>, marks: Marks): Feature[] {
  return answer.features.flatMap((f) => {
    if (f.properties.kind !== 'move' || f.geometry.type !== 'LineString') return []
    const [from, to] = [f.geometry.coordinates[0], f.geometry.coordinates.at(-1)!] as [[number, number], [number, number]]
    const on = f.properties.incident === marks.chosen || f.properties.incident === marks.lit
    const properties = { on, color: colors[f.properties.quad ?? 0], id: f.properties.incident }
    const line = bent(from, to)
    const [before, end] = line.slice(14, 16)
    const turn = (Math.atan2((end[0] - before[0]) * Math.cos((end[1] * Math.PI) / 180), end[1] - before[1]) * 180) / Math.PI
    return [{ type: 'Feature', properties, geometry: { type: 'LineString', coordinates: line } } as Feature, point(end, { ...properties, turn, icon: `arrow:${f.properties.quad ?? 0}` })]
  })
}

function bent([x1, y1]: [number, number], [x2, y2]: [number, number]): [number, number][] {
  const [mx, my] = [(x1 + x2) / 2 - (y2 - y1) * 0.16, (y1 + y2) / 2 + (x2 - x1) * 0.16]
  return Array.from({ length: 25 }, (_, i) => {
    const s = i / 24
    return [(1 - s) ** 2 * x1 + 2 * (1 - s) * s * mx + s ** 2 * x2, (1 - s) ** 2 * y1 + 2 * (1 - s) * s * my + s ** 2 * y2]
  })
}

/** The box that holds all points and rings, or null. */
export function bounds(answer: MapAnswer): [[number, number], [number, number]] | null {
  const at = answer.features.flatMap((f) => (f.geometry?.type === 'Point' ? [f.geometry.coordinates] : []))
  if (!at.length) return null
  const lons = at.map((p) => p[0])
  const lats = at.map((p) => p[1])
  return [[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]]
}
