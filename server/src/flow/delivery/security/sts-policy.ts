/** A policy of MTA-STS (RFC 8461, 3.2): which servers take mail of a domain, and what is done where TLS to them fails. */
export interface StsPolicy {
  readonly mode: 'enforce' | 'testing' | 'none'
  /** Names of servers; `*.` in front stands for one label. In lower case. */
  readonly mx: readonly string[]
  readonly maxAgeMs: number
}

/** What RFC 8461 allows at most: a year. */
const longestAgeMs = 31_557_600_000
const mostServers = 200

/** Reads a policy. Answers why it cannot be read as text. */
export function readStsPolicy(text: string): StsPolicy | string {
  const fields = new Map<string, string[]>()
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue
    const found = /^([A-Za-z0-9][\w.-]{0,31}):([^\x00-\x08\x0b-\x1f\x7f]*)$/.exec(line)
    if (!found) return `the line ${JSON.stringify(line.slice(0, 60))} is no field`
    const name = (found[1] ?? '').toLowerCase()
    fields.set(name, [...(fields.get(name) ?? []), (found[2] ?? '').trim()])
  }
  const version = fields.get('version')?.[0]
  if (version !== 'STSv1') return 'it is not of version STSv1'
  const mode = fields.get('mode')?.[0]
  if (mode !== 'enforce' && mode !== 'testing' && mode !== 'none') return 'it has no mode that is known'
  const age = fields.get('max_age')?.[0] ?? ''
  if (!/^\d{1,10}$/.test(age)) return 'its max_age is no number of seconds'
  const mx = (fields.get('mx') ?? []).map((each) => each.toLowerCase().replace(/\.$/, ''))
  if (mx.length > mostServers) return `it names more than ${mostServers} servers`
  if (mode !== 'none' && mx.length === 0) return 'it names no server'
  return { mode, mx, maxAgeMs: Math.min(longestAgeMs, Number(age) * 1000) }
}

/** The id of a policy, from the TXT records of `_mta-sts.DOMAIN`; null: there is none, or more than one. */
export function readStsId(records: readonly (readonly string[])[]): string | null {
  const found = records.map((each) => each.join('')).filter((each) => /^v=STSv1\s*;/.test(each))
  const [only] = found
  if (only === undefined || found.length > 1) return null
  return /(?:^|;)\s*id\s*=\s*([A-Za-z0-9]{1,32})\s*(?:;|$)/.exec(only)?.[1] ?? null
}

/** Whether a policy names a server. */
export function namesServer({ mx }: StsPolicy, host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  return mx.some((pattern) => {
    if (!pattern.startsWith('*.')) return pattern === name
    const dot = name.indexOf('.')
    return dot > 0 && name.slice(dot + 1) === pattern.slice(2)
  })
}
