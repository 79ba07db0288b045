/** Places the nodes of a small graph: edges pull, nodes push, the same input gives the same picture. */

export function layout(ids: string[], links: [number, number, number][], width: number, height: number): { x: number; y: number }[] {
  const n = ids.length
  const at = ids.map((_, i) => ({ x: Math.cos((i / n) * 2 * Math.PI), y: Math.sin((i / n) * 2 * Math.PI) }))
  const ideal = 1.6 / Math.sqrt(Math.max(n, 1))
  for (let round = 0; round < 260; round++) {
    const heat = 0.12 * (1 - round / 260)
    const push = at.map(() => ({ x: 0, y: 0 }))
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        const [dx, dy] = [at[i].x - at[j].x, at[i].y - at[j].y]
        const far = Math.max(0.02, Math.hypot(dx, dy))
        const force = (ideal * ideal) / far / far
        push[i].x += dx * force; push[i].y += dy * force
        push[j].x -= dx * force; push[j].y -= dy * force
      }
    }
    for (const [i, j, weight] of links) {
      const [dx, dy] = [at[i].x - at[j].x, at[i].y - at[j].y]
      const force = (Math.hypot(dx, dy) / ideal) * (0.5 + 0.5 * weight)
      push[i].x -= dx * force; push[i].y -= dy * force
      push[j].x += dx * force; push[j].y += dy * force
    }
    at.forEach((p, i) => {
      push[i].x -= p.x * 0.6; push[i].y -= p.y * 0.6
      const size = Math.max(1e-6, Math.hypot(push[i].x, push[i].y))
      p.x += (push[i].x / size) * Math.min(size, heat)
      p.y += (push[i].y / size) * Math.min(size, heat)
    })
  }
  return fitted(at, links, width, height)
}

const LONGEST = 190 // pixels of a mean edge: two parties need no whole page

function fitted(at: { x: number; y: number }[], links: [number, number, number][], width: number, height: number) {
  const [xs, ys] = [at.map((p) => p.x), at.map((p) => p.y)]
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  const mean = links.reduce((sum, [i, j]) => sum + Math.hypot(at[i].x - at[j].x, at[i].y - at[j].y), 0) / Math.max(1, links.length)
  const room = (span: number, size: number) => (span > 1e-6 ? size / span : Infinity)
  const near = LONGEST / Math.max(mean, 1e-6)
  const [sx, sy] = [Math.min(room(right - left, width - 190), near * 1.6), Math.min(room(bottom - top, height - 110), near)]
  return at.map((p) => ({ x: width / 2 + (p.x - (left + right) / 2) * sx, y: height / 2 - 10 + (p.y - (top + bottom) / 2) * sy }))
}
