import type { Attempt } from '@mailkeep/contract'
import { moment } from './moment.ts'

const texts = ['phase', 'nextHop', 'host', 'ip', 'localAddress', 'tls', 'enhanced', 'reply', 'class'] as const

/** An attempt as the ledger has it: of a row, or as the detail of an event, where anything may be missing. */
export function describeAttempt(found: object): Attempt {
  const { at, code, tookMs } = found as Record<string, unknown>
  const read = Object.fromEntries(
    texts.map((name) => [name, String((found as Record<string, unknown>)[name] ?? '')]),
  ) as Pick<Attempt, (typeof texts)[number]>
  return { at: moment(Number(at) || 0), code: Number(code) || 0, tookMs: Number(tookMs) || 0, ...read }
}
