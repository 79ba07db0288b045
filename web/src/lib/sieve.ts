import { query } from './ask.svelte'
import type { Fields } from './route.svelte'

export const SEVERAL = '|'
export const several = (value: string) => value.split(SEVERAL).filter(Boolean)

/** The filters of the address as the API names them. */
export function sieve(fields: Fields, { without = [] as string[], ...more }: Record<string, any> = {}): string {
  const [type, mode] = fields.deed.split('/')
  const given: Record<string, any> = {
    q: fields.q.trim(), type: mode ? '' : type, mode: mode ? fields.deed : '', quad: fields.quad, actor: several(fields.actor), place: fields.place,
    status: fields.status, source: several(fields.source), voices: fields.voices, contradiction: fields.contra ? 'true' : '', since: fields.since, until: fields.until, bbox: fields.at,
  }
  for (const key of without) delete given[key]
  return query({ ...given, ...more })
}
