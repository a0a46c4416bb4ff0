import { createHash, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { isTemporary, type Resolver } from '#ground/platform/dns/resolver.ts'
import {
  domainRecords,
  mtaStsPolicyOf,
  mtaStsUrlOf,
  type PlatformNames,
  type WantedRecord,
} from './domain-records.ts'

/** fine: it is there; missing; differs: something else is there; unknown: DNS could not be asked. */
export type RecordState = 'fine' | 'missing' | 'differs' | 'unknown'

export interface CheckedRecord extends WantedRecord {
  readonly state: RecordState
  /** What DNS says instead. */
  readonly found: string
}

export interface DomainCheck {
  readonly domain: string
  readonly complete: boolean
  readonly records: readonly CheckedRecord[]
  readonly policy: { readonly url: string; readonly text: string }
}

export interface CheckDomainParts {
  readonly platform: PlatformNames
  readonly resolver: Resolver
  /** PEM file of the certificate that we show; it need not be there yet. */
  readonly certificatePath: string
}

/** Checks the DNS records of a domain against what they should be (GW-01, GW-34). */
export async function checkDomain(domain: string, parts: CheckDomainParts): Promise<DomainCheck> {
  const wanted = domainRecords(domain, parts.platform, keyDigestOf(parts.certificatePath))
  const records = await Promise.all(
    wanted.map(async (each) => ({ ...each, ...judge(each, await ask(each, parts.resolver)) })),
  )
  return {
    domain,
    complete: records.every((each) => each.state === 'fine'),
    records,
    policy: { url: mtaStsUrlOf(domain), text: mtaStsPolicyOf(domain, parts.platform) },
  }
}

function keyDigestOf(path: string): string | null {
  if (!existsSync(path)) return null
  const { publicKey } = new X509Certificate(readFileSync(path))
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
}

/** Records as a zone file writes them; a text: why they could not be asked for. */
async function ask({ name, type }: WantedRecord, resolver: Resolver): Promise<string[] | string> {
  switch (type) {
    case 'MX': {
      const answer = await resolver.lookup(name, 'MX')
      if (answer.status === 'found')
        return answer.records.map(
          ({ preference, exchange }) => `${preference} ${exchange.replace(/\.$/, '')}.`,
        )
      return isTemporary(answer) ? answer.status : []
    }
    case 'A': {
      const answers = await Promise.all([resolver.lookup(name, 'A'), resolver.lookup(name, 'AAAA')])
      const found = answers.flatMap((each) => (each.status === 'found' ? each.records : []))
      const trouble = answers.find(isTemporary)
      return found.length === 0 && trouble ? trouble.status : found
    }
    case 'TXT': {
      const answer = await resolver.lookup(name, 'TXT')
      if (answer.status === 'found') return answer.records.map((segments) => `"${segments.join('')}"`)
      return isTemporary(answer) ? answer.status : []
    }
    case 'TLSA': {
      const answer = await resolver.lookup(name, 'TLSA')
      if (answer.status === 'found')
        return answer.records.map(
          (each) => `${each.usage} ${each.selector} ${each.matchingType} ${each.data}`,
        )
      return isTemporary(answer) ? answer.status : []
    }
    case 'CNAME': {
      const answer = await resolver.lookup(name, 'CNAME')
      if (answer.status === 'found') return answer.records.map((each) => `${each.replace(/\.$/, '')}.`)
      return isTemporary(answer) ? answer.status : []
    }
  }
}

function judge(wanted: WantedRecord, found: string[] | string): { state: RecordState; found: string } {
  if (typeof found === 'string') return { state: 'unknown', found }
  const shown = found.join(', ')
  const related =
    wanted.type === 'TXT' ? found.filter((each) => each.startsWith(wanted.value.slice(0, 6))) : found
  if (related.length === 0) return { state: 'missing', found: shown }
  if (wanted.value.startsWith('(')) return { state: 'fine', found: shown }
  const same = related.filter((each) => each.toLowerCase() === wanted.value.toLowerCase())
  // A second MX would take mail past us; other reports and keys may well stand beside ours.
  const alone = wanted.type !== 'MX' || related.length === 1
  return { state: same.length > 0 && alone ? 'fine' : 'differs', found: shown }
}
