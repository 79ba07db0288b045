import type { Map as LibreMap } from 'maplibre-gl'

const SCALE = 2

/** Draws the images that the style names: rings with the shares of the kinds of deed, and heads of arrows. */
export function icons(map: LibreMap, look: () => { quads: Record<number, string>; panel: string }) {
  map.setMissingStyleImageResolver((id) => {
    if (map.hasImage(id)) return
    const [kind, ...rest] = id.split(':')
    const numbers = rest.map(Number)
    const image = kind === 'ring' ? ring(numbers[0], numbers.slice(1), look()) : kind === 'arrow' ? arrow(look().quads[numbers[0]], look().panel) : null
    if (image) map.addImage(id, image, { pixelRatio: SCALE })
  })
}

function canvas(side: number): CanvasRenderingContext2D {
  const made = document.createElement('canvas')
  made.width = made.height = side * SCALE
  const ink = made.getContext('2d', { willReadFrequently: true })!
  ink.scale(SCALE, SCALE)
  return ink
}

function ring(side: number, shares: number[], look: { quads: Record<number, string>; panel: string }): ImageData {
  const ink = canvas(side)
  const middle = side / 2
  const sum = shares.reduce((a, b) => a + b, 0)
  ink.fillStyle = look.panel
  ink.beginPath()
  ink.arc(middle, middle, middle - 1, 0, 7)
  ink.fill()
  ink.lineWidth = 4.5
  let from = -Math.PI / 2
  const arcs: [string, number][] = sum ? shares.map((n, i) => [look.quads[i + 1], n / sum]) : [[look.quads[0], 1]]
  for (const [color, part] of arcs) {
    if (!part) continue
    ink.strokeStyle = color
    ink.beginPath()
    ink.arc(middle, middle, middle - 4, from, from + part * 2 * Math.PI)
    ink.stroke()
    from += part * 2 * Math.PI
  }
  return ink.getImageData(0, 0, side * SCALE, side * SCALE)
}

function arrow(color: string, edge: string): ImageData {
  const ink = canvas(18)
  ink.beginPath()
  ink.moveTo(9, 1.5)
  ink.lineTo(15, 15)
  ink.lineTo(9, 11.5)
  ink.lineTo(3, 15)
  ink.closePath()
  ink.fillStyle = color
  ink.fill()
  ink.strokeStyle = edge
  ink.lineWidth = 1
  ink.stroke()
  return ink.getImageData(0, 0, 18 * SCALE, 18 * SCALE)
}
