import { route, type View } from './route.svelte'

export const TYPING = new Set(['INPUT', 'SELECT', 'TEXTAREA'])
const SECTIONS: View[] = ['observatory', 'review', 'actors', 'pair', 'network', 'alerts', 'health']

type Handler = (key: string, event: KeyboardEvent) => boolean | void

/** The keys of the page shown, asked before those of the house; newest first. */
class Keys {
  help = $state(false)
  private handlers: Handler[] = []

  /** Listens while a component lives: `$effect(() => keys.listen(…))`. */
  listen(handler: Handler) {
    this.handlers.unshift(handler)
    return () => void (this.handlers = this.handlers.filter((h) => h !== handler))
  }

  press = (event: KeyboardEvent) => {
    const at = event.target as HTMLElement
    if (event.metaKey || event.altKey || document.querySelector('dialog[open]')) return
    const typing = TYPING.has(at.tagName)
    if (event.key === 'Escape' && typing) return at.blur()
    if (typing && !(event.ctrlKey && event.key === 'Enter')) return
    // the letter's key, so that the shortcuts also work on an Arabic layout
    const key = event.code.startsWith('Key') ? event.code.slice(3).toLowerCase() : event.code.startsWith('Digit') && !event.shiftKey ? event.code.slice(5) : event.key
    for (const handler of this.handlers) {
      if (handler(event.ctrlKey ? `ctrl+${key}` : key, event) === true) return event.preventDefault()
    }
    if (!event.ctrlKey && this.own(key, event)) event.preventDefault()
  }

  private own(key: string, event: KeyboardEvent): boolean {
    if (key === 'l') route.speak(route.lang === 'ar' ? 'en' : 'ar')
    else if (key === 't') route.paint(route.theme === 'dark' ? 'light' : 'dark')
    else if (key === '?' || key === '؟' || (event.code === 'Slash' && event.shiftKey)) this.help = true
    else if (key === '/' || event.code === 'Slash') search()
    else if (/^[1-7]$/.test(key)) route.to(route.last[SECTIONS[Number(key) - 1]] ?? route.address({ view: SECTIONS[Number(key) - 1], id: '' }))
    else if (key === 'Escape' && ['incident', 'report', 'actor'].includes(route.view)) history.back()
    else return false
    return true
  }
}
export const keys = new Keys()

function search() {
  const box = document.querySelector<HTMLInputElement>('input[type=search]')
  if (box) box.focus()
  else {
    route.to(route.last.observatory ?? route.address({ view: 'observatory', id: '' }))
    requestAnimationFrame(() => document.querySelector<HTMLInputElement>('input[type=search]')?.focus())
  }
}
