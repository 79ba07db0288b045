import { desk } from './desk.svelte'
import { route } from './route.svelte'

const TYPING = new Set(['INPUT', 'SELECT', 'TEXTAREA'])

/** j k move, Enter opens, Esc goes one step back, l changes the language, / searches. */
export function press(event: KeyboardEvent) {
  const at = event.target as HTMLElement
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === 'Escape') {
    if (TYPING.has(at.tagName)) at.blur()
    else back()
    return
  }
  if (TYPING.has(at.tagName)) return
  // the letter's key, so that the shortcuts also work on an Arabic layout
  const key = event.code.startsWith('Key') ? event.code.slice(3).toLowerCase() : event.key
  if (key === 'l') route.go({ lang: route.lang === 'ar' ? 'en' : 'ar' }, { quiet: true })
  else if (route.view !== 'incidents') return
  else if (key === 'j') move(1)
  else if (key === 'k') move(-1)
  else if (key === '/' || event.code === 'Slash') {
    event.preventDefault()
    document.querySelector<HTMLInputElement>('input[type=search]')?.focus()
  } else if (key === 'Enter' && at.tagName !== 'BUTTON' && at.tagName !== 'A') open()
}

function move(step: number) {
  const last = desk.found.length - 1
  desk.cursor = Math.max(0, Math.min(last, desk.cursor + step))
  if (route.fields.sel && !route.fields.report) open()
}

function open() {
  const card = desk.found[desk.cursor]
  if (card) route.go({ sel: card.incident, report: '', event: '' }, { quiet: Boolean(route.fields.sel) })
}

/** From the words to the incident, from the incident to the list. */
export function back() {
  if (route.fields.report) route.go({ report: '', event: '' })
  else if (route.fields.sel) route.go({ sel: '' })
  else if (route.view !== 'incidents') route.go({ view: 'incidents' })
}
