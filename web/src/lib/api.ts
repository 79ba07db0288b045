import type { Actor, Alert, Card, Incident, Meta, Pair, ReportPage } from './types'

/** A fault as the API tells it. */
export class Fault extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly remedy: string,
  ) {
    super(message)
  }
}

async function get<T>(path: string): Promise<T> {
  let answer: Response
  try {
    answer = await fetch(`./api/v1/${path}`)
  } catch {
    throw new Fault('E500', 'the server does not answer', 'is marsad serve still running?')
  }
  const body = await answer.json().catch(() => null)
  if (answer.ok && body !== null) return body as T
  const told = body?.error ?? { code: `HTTP ${answer.status}`, message: 'the answer cannot be read', remedy: '' }
  throw new Fault(told.code, told.message, told.remedy)
}

// ids hold slashes that are part of the address
const part = (id: string) => id.split('/').map(encodeURIComponent).join('/')

export const api = {
  meta: () => get<Meta>('meta'),
  incidents: () => get<{ total: number; incidents: Card[] }>('incidents?limit=100000').then((a) => a.incidents),
  incident: (id: string) => get<Incident>(`incidents/${part(id)}`),
  report: (name: string) => get<ReportPage>(`reports/${part(name)}`),
  actors: () => get<{ actors: Actor[] }>('actors').then((a) => a.actors),
  pair: (a: string, b: string) => get<Pair>(`pairs?${new URLSearchParams({ a, b })}`),
  alerts: () => get<{ alerts: Alert[] }>('alerts').then((a) => a.alerts),
}
