import type { Map as LibreMap } from 'maplibre-gl'
import type { Card } from '../lib/types'

type Marks = { chosen: string; lit: string }
type Placed = { card: Card; lon: number; lat: number }
const RADIUS_KM: Record<number, number> = { 2: 10, 3: 40 }
const GOLDEN = Math.PI * (3 - Math.sqrt(5))

const placed = (cards: Card[]): Placed[] =>
  cards.flatMap((card) => (card.place?.lat != null && card.place.lon != null ? [{ card, lon: card.place.lon, lat: card.place.lat }] : []))

/** Radius in pixels: area grows with the number of independent voices. */
export const size = (voices: number) => 4.2 + 2.6 * Math.sqrt(Math.min(voices, 16) - 0.6)

/** Points in pixels around their common place like seeds of a sunflower, so that none hides another. */
export function points(map: LibreMap, cards: Card[], colors: Record<number, string>, marks: Marks): GeoJSON.FeatureCollection {
  const groups = Map.groupBy(placed(cards), ({ lon, lat }) => `${lon.toFixed(2)},${lat.toFixed(2)}`)
  const features: GeoJSON.Feature[] = []
  for (const group of groups.values()) {
    const middle = map.project([group[0].lon, group[0].lat])
    const ordered = group.toSorted((x, y) => y.card.voices - x.card.voices)
    ordered.forEach(({ card, lon, lat }, i) => {
      const away = 9.5 * Math.sqrt(i)
      const at = i ? map.unproject([middle.x + away * Math.cos(i * GOLDEN), middle.y + away * Math.sin(i * GOLDEN)]).toArray() : [lon, lat]
      features.push({ type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties: properties(card, colors, marks) })
    })
  }
  return { type: 'FeatureCollection', features }
}

function properties(card: Card, colors: Record<number, string>, marks: Marks) {
  const on = card.incident === marks.chosen || card.incident === marks.lit
  const faint = card.status !== 'actual'
  return {
    id: card.incident, on, color: colors[card.quad ?? 0], radius: size(card.voices) + (on ? 2 : 0),
    opacity: on ? 1 : faint ? 0.5 : 0.88, order: on ? 1e6 : card.voices,
  }
}

/** Circles of uncertainty: one a place, radius and colour; the chosen incident's own on top. */
export function discs(cards: Card[], colors: Record<number, string>, marks: Marks): GeoJSON.FeatureCollection {
  const seen = new Map<string, GeoJSON.Feature>()
  for (const { card, lon, lat } of placed(cards)) {
    const radius = RADIUS_KM[card.place!.precision ?? 1]
    if (!radius) continue
    const on = card.incident === marks.chosen || card.incident === marks.lit
    const key = `${lon.toFixed(2)},${lat.toFixed(2)},${radius}`
    if (!on && seen.has(key)) continue
    seen.set(on ? `on ${card.incident}` : key, {
      type: 'Feature', properties: { on, color: on ? colors[card.quad ?? 0] : colors[0] },
      geometry: { type: 'Polygon', coordinates: [circle(lon, lat, radius)] },
    })
  }
  return { type: 'FeatureCollection', features: [...seen.values()] }
}

function circle(lon: number, lat: number, km: number): [number, number][] {
  const dy = km / 110.574
  const dx = km / (111.32 * Math.cos((lat * Math.PI) / 180))
  return Array.from({ length: 65 }, (_, i) => {
    const angle = (i / 64) * 2 * Math.PI
    return [lon + dx * Math.cos(angle), lat + dy * Math.sin(angle)]
  })
}

/** The box that holds all points, or null. */
export function bounds(cards: Card[]): [[number, number], [number, number]] | null {
  const all = placed(cards)
  if (!all.length) return null
  const lons = all.map((p) => p.lon)
  const lats = all.map((p) => p.lat)
  return [[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]]
}
