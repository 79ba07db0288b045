import '@fontsource-variable/noto-sans-arabic/wght.css'
import '@fontsource-variable/noto-naskh-arabic/wght.css'
import '@fontsource-variable/noto-sans/wght.css'
import './page.css'
import { mount } from 'svelte'
import App from './App.svelte'

// The map draws its labels on a canvas with the page's fonts: they must be there before it starts.
const wanted = ['400 16px "Noto Sans Arabic Variable"', '600 16px "Noto Sans Arabic Variable"', '400 18px "Noto Naskh Arabic Variable"']
await Promise.allSettled(wanted.map((font) => document.fonts.load(font, 'مرصد')))
await document.fonts.load('400 16px "Noto Sans Variable"', 'Marsad').catch(() => [])

mount(App, { target: document.getElementById('app')! })
