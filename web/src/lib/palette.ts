import type { Theme } from './route.svelte'

/** Cooperation is blue, conflict warm; words pale, deeds strong. Told apart also without red and green. */
export const QUADS: Record<Theme, Record<number, string>> = {
  light: { 0: '#8a9299', 1: '#74b3d8', 2: '#1c6ea4', 3: '#e2a02c', 4: '#c43d2b' },
  dark: { 0: '#7d868d', 1: '#8cc6e8', 2: '#3f95cf', 3: '#edb651', 4: '#e4614c' },
}
export const MAP: Record<Theme, Record<string, string>> = {
  light: {
    sea: '#d3dee4', land: '#f1efe9', home: '#fbfaf6', inner: '#d5d0c4', border: '#a39c8c', river: '#9dbfd0',
    label: '#7b7566', country: '#4f4a3f', town: '#5d574b', halo: '#fbfaf6', ring: '#ffffff', select: '#101d24',
  },
  dark: {
    sea: '#0b1317', land: '#161f24', home: '#1d282e', inner: '#2d3a41', border: '#4d5d66', river: '#2c5166',
    label: '#84939b', country: '#b7c4cb', town: '#a3b1b8', halo: '#172025', ring: '#10181c', select: '#ffffff',
  },
}
export const INK: Record<Theme, Record<string, string>> = {
  light: { text: '#1d2a31', dim: '#66757d', line: '#dde1e1', panel: '#ffffff' },
  dark: { text: '#e3eaed', dim: '#8e9ca4', line: '#2a363c', panel: '#151d21' },
}
export const FONT = '"Noto Sans Variable", "Noto Sans Arabic Variable", sans-serif'
