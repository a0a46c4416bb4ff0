import type { Fallback, Finding } from '#flow/inspection/check.ts'
import { type FoundKind, foundKind } from './clamd-reply.ts'
import type { Scanned } from './scanner-pool.ts'

/** Every code of this check; docs/reference/findings.md says what each means. */
export const antivirusCodes = [
  'antivirus-found',
  'antivirus-phishing',
  'antivirus-unwanted',
  'antivirus-encrypted',
  'antivirus-macros',
  'antivirus-beyond-limits',
  'antivirus-too-large',
  'antivirus-error',
  'antivirus-away',
  'antivirus-text-only',
  'antivirus-unavailable',
] as const

type Code = (typeof antivirusCodes)[number]
type Extras = Pick<Finding, 'kind' | 'proposal' | 'incomplete'> & { readonly weight?: number }

/** What a scanner's words about one stream mean; null: it found nothing. */
export function findingFor(stream: string, { reply, backend, version }: Scanned): Finding | null {
  const evidence = { stream: stream.slice(0, 200), backend, ...version }
  if (reply.kind === 'clean') return null
  if (reply.kind === 'too-large')
    return finding('antivirus-too-large', 'It is larger than the scanner takes', evidence, {
      incomplete: 'never',
    })
  if (reply.kind === 'error') return errorFinding(reply.why, evidence)
  const { name } = reply
  const { code, text, ...extras } = byKind[foundKind(name)]
  return finding(code, `${text}: ${name}, definitions ${version.definitions}`, { ...evidence, name }, extras)
}

const byKind: Readonly<Record<FoundKind, { readonly code: Code; readonly text: string } & Extras>> = {
  malware: {
    code: 'antivirus-found',
    text: 'The scanner found malware',
    kind: 'virus',
    proposal: 'quarantine',
  },
  phishing: {
    code: 'antivirus-phishing',
    text: 'The scanner takes it for phishing',
    kind: 'phishing',
    weight: 200,
  },
  unwanted: {
    code: 'antivirus-unwanted',
    text: 'The scanner found a program that few people want',
    kind: 'policy',
    weight: 100,
  },
  encrypted: { code: 'antivirus-encrypted', text: 'The scanner cannot look into what is encrypted' },
  macros: { code: 'antivirus-macros', text: 'The scanner found macros' },
  'beyond-limits': {
    code: 'antivirus-beyond-limits',
    text: 'It is packed too deep or too large for the scanner',
    incomplete: 'never',
  },
}

function errorFinding(why: string, evidence: object): Finding {
  return finding('antivirus-error', `The scanner could not look: ${why}`, evidence, { incomplete: 'later' })
}

/**
 * No scanner answers. Nobody may take that for clean or for bad: mail with something to scan waits, unless the
 * operator chose otherwise; mail that is nothing but text goes on.
 */
export function awayFinding(why: string, scannable: boolean, whileAway: 'wait' | 'deliver'): Finding {
  if (!scannable)
    return finding('antivirus-text-only', `No scanner was there, and there is only text: ${why}`, {})
  return finding(
    'antivirus-away',
    `It could not be scanned: ${why}`,
    { whileAway },
    whileAway === 'wait' ? { incomplete: 'later' } : {},
  )
}

/** The check itself failed: as if no scanner were there. */
export function fallback(whileAway: 'wait' | 'deliver'): Fallback {
  return whileAway === 'wait' ? { incomplete: 'later' } : {}
}

function finding(code: Code, text: string, evidence: object, extras: Extras = {}): Finding {
  const { weight = 0, ...rest } = extras
  return { check: 'antivirus', code, weight, text: `${text}.`, evidence: { ...evidence }, ...rest }
}
