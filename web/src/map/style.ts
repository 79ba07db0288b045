import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl'
import { MAP } from '../lib/palette'
import type { Theme } from '../lib/route.svelte'
import type { Lang } from '../lib/types'
import basemap from './basemap.json'
import towns from './towns.json'

const NOTHING = { type: 'FeatureCollection' as const, features: [] }
const own = (data: unknown): SourceSpecification => ({ type: 'geojson', data: data as GeoJSON.GeoJSON })

const TOWNS = {
  type: 'FeatureCollection' as const,
  features: (towns as [number, number, string, string, number][]).map(([lon, lat, ar, en, rank]) => ({
    type: 'Feature' as const,
    geometry: { type: 'Point' as const, coordinates: [lon, lat] },
    properties: { ar, en, rank },
  })),
}

// towns only from the zoom at which they do not crowd: rank 1 at once, rank 4 near
const NEAR = ['<=', ['get', 'rank'], ['step', ['zoom'], 1, 6.2, 2, 7.2, 3, 8.2, 4]] as any

/** The whole map out of the page's own data: no tiles, no glyphs, no sprites. */
export function style(theme: Theme, lang: Lang): StyleSpecification {
  const sources = {
    land: own(basemap.land), home: own(basemap.syria), four: own(basemap.four), inner: own(basemap.inner),
    borders: own(basemap.borders), rivers: own(basemap.rivers), labels: own(basemap.labels), towns: own(TOWNS),
    discs: own(NOTHING), moves: own(NOTHING), incidents: own(NOTHING), rings: own(NOTHING),
  }
  return { version: 8, sources, layers: [...ground(theme), ...data(theme), ...names(theme, lang)] }
}

function ground(theme: Theme): LayerSpecification[] {
  const c = MAP[theme]
  const width = (low: number, high: number) => ['interpolate', ['linear'], ['zoom'], 4, low, 9, high] as any
  return [
    { id: 'sea', type: 'background', paint: { 'background-color': c.sea } },
    { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': c.land } },
    { id: 'four', type: 'fill', source: 'four', paint: { 'fill-color': c.land } },
    { id: 'home', type: 'fill', source: 'home', paint: { 'fill-color': c.home, 'fill-antialias': false } },
    { id: 'rivers', type: 'line', source: 'rivers', paint: { 'line-color': c.river, 'line-width': width(0.8, 2.4) } },
    { id: 'inner', type: 'line', source: 'inner', minzoom: 4.5, paint: { 'line-color': c.inner, 'line-width': width(0.6, 1.3), 'line-dasharray': [3, 2] } },
    { id: 'town-dots', type: 'circle', source: 'towns', minzoom: 4.6, filter: NEAR, paint: { 'circle-radius': 2.2, 'circle-color': c.town, 'circle-opacity': 0.8 } },
    { id: 'borders', type: 'line', source: 'borders', paint: { 'line-color': c.border, 'line-width': width(0.7, 1.6) } },
  ]
}

function data(theme: Theme): LayerSpecification[] {
  const c = MAP[theme]
  const marked = (yes: unknown, no: unknown) => ['case', ['get', 'on'], yes, no] as any
  return [
    { id: 'discs', type: 'fill', source: 'discs', paint: { 'fill-color': ['get', 'color'], 'fill-opacity': marked(0.16, 0.035) } },
    { id: 'disc-edges', type: 'line', source: 'discs', paint: { 'line-color': ['get', 'color'], 'line-opacity': marked(0.95, 0.28), 'line-width': marked(1.5, 0.8), 'line-dasharray': [3, 3] } },
    {
      id: 'moves', type: 'line', source: 'moves', filter: ['==', ['geometry-type'], 'LineString'], layout: { 'line-cap': 'round' },
      paint: { 'line-color': ['get', 'color'], 'line-width': marked(3, 1.6), 'line-opacity': marked(1, 0.6) },
    },
    {
      id: 'move-heads', type: 'symbol', source: 'moves', filter: ['==', ['geometry-type'], 'Point'],
      layout: { 'icon-image': ['get', 'icon'], 'icon-rotate': ['get', 'turn'], 'icon-rotation-alignment': 'map', 'icon-allow-overlap': true, 'icon-ignore-placement': true },
      paint: { 'icon-opacity': marked(1, 0.8) },
    },
    {
      id: 'incidents', type: 'circle', source: 'incidents',
      layout: { 'circle-sort-key': ['get', 'order'] },
      paint: {
        'circle-color': ['get', 'color'], 'circle-radius': ['get', 'radius'], 'circle-opacity': ['get', 'opacity'],
        'circle-stroke-width': marked(2.5, 1), 'circle-stroke-color': marked(c.select, c.ring),
      },
    },
  ]
}

function names(theme: Theme, lang: Lang): LayerSpecification[] {
  const c = MAP[theme]
  const font = lang === 'ar' ? ['Noto Sans Arabic Variable'] : ['Noto Sans Variable']
  const text = { 'text-field': ['get', lang] as any, 'text-font': font, 'text-max-width': 20, 'text-padding': 3 }
  const paint = (color: string) => ({ 'text-color': color, 'text-halo-color': c.halo, 'text-halo-width': 1.4 })
  const kind = (value: string) => ['==', ['get', 'kind'], value] as any
  return [
    { id: 'countries', type: 'symbol', source: 'labels', filter: kind('country'), maxzoom: 7.5, layout: { ...text, 'text-size': 14 }, paint: paint(c.country) },
    {
      id: 'town-names', type: 'symbol', source: 'towns', minzoom: 4.6, filter: NEAR,
      layout: { ...text, 'text-size': 12, 'text-variable-anchor': ['top', 'bottom', 'left', 'right'], 'text-radial-offset': 0.7 },
      paint: paint(c.town),
    },
    { id: 'governorates', type: 'symbol', source: 'labels', filter: kind('governorate'), minzoom: 7.4, layout: { ...text, 'text-size': 12 }, paint: { ...paint(c.label), 'text-opacity': 0.8 } },
    // placed before all names, so that they step aside for the rings
    {
      id: 'rings', type: 'symbol', source: 'rings',
      layout: {
        'icon-image': ['get', 'icon'], 'icon-allow-overlap': true, 'text-allow-overlap': true, 'text-field': ['get', 'told'], 'text-font': ['Noto Sans Variable'], 'text-size': 12,
      },
      paint: { 'text-color': c.country },
    },
  ]
}
