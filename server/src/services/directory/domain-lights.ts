import { domainReportNames } from '#ground/mail/report-address.ts'
import { isTemporary, type Resolver } from '#ground/platform/dns/resolver.ts'
import { type CheckDomainParts, type CheckedRecord, checkDomain } from './check-domain.ts'

/** green: as it should be; red: it is not; unknown: that cannot be told now. */
export type LightState = 'green' | 'amber' | 'red' | 'unknown'

/** Lights that stand in DNS. Whether mail was seen changes by the minute: no list keeps it. */
export const recordLights = ['mx', 'spf', 'autodiscover', 'dkim', 'dmarc', 'mta-sts', 'tls-rpt'] as const
export type RecordLight = (typeof recordLights)[number]

/** One thing that a domain needs, whether it has it, and what to enter where (CN-16). */
export interface Light {
  readonly name: RecordLight | 'mail-seen'
  readonly title: string
  readonly state: LightState
  readonly says: string
  /** Where it stands in DNS; empty: it is no record. */
  readonly record: string
  readonly type: string
  /** What to enter, as a zone file has it; empty: nothing in particular. */
  readonly wanted: string
  readonly found: string
}

export interface LightParts extends CheckDomainParts {
  readonly nextHop: string
  /** Servers may send here in its name, so its SPF has to let us. */
  readonly sends: boolean
  /** What its SPF says of each address that mail leaves from here: pass, fail, temperror, ...; none: they are not known. */
  readonly checkSources: (
    domain: string,
  ) => Promise<readonly { readonly ip: string; readonly result: string }[]>
  /** When mail for the domain was last tried; null: never. */
  readonly lastMailAt: number | null
  /** How far the figures behind that reach; 0: nowhere yet. */
  readonly completeUpTo: number
  readonly now: number
  /** Time for each light; what is not known by then is unknown. */
  readonly waitMs: number
}

const seenWithinMs = 20 * 60_000
const staleMs = 5 * 60_000
/** Names under which signing keys of usual senders stand. A domain may have others, so none found means unknown. */
export const usualSelectors = [
  'selector1',
  'selector2',
  'google',
  'default',
  'mail',
  'dkim',
  's1',
  's2',
  'k1',
  'mailkeep',
]

/** All lights of a domain, each within its time; one that stalls holds up no other. */
export function checkLights(domain: string, parts: LightParts): Promise<Light[]> {
  const { resolver, waitMs } = parts
  const records = checkDomain(domain, parts).then((found) => found.records)
  const recordOf = async (...beginnings: string[]) =>
    (await records).filter((each) => beginnings.some((start) => each.name.startsWith(start)))
  const within = (light: Omit<Light, 'state' | 'says' | 'found'>, work: Promise<Partial<Light>>) =>
    settle({ ...light, state: 'unknown', says: 'DNS has not answered in time', found: '' }, work, waitMs)
  const text = { type: 'TXT', wanted: '' }
  return Promise.all([
    within(
      { name: 'mx', title: 'Mail comes to us (MX)', record: domain, type: 'MX', wanted: '' },
      records.then((all) => ofRecords(all.slice(0, 2), 'only our MX stands there, and leads to us')),
    ),
    within({ name: 'spf', title: 'Who may send (SPF)', record: domain, ...text }, spf(domain, parts)),
    within(
      {
        name: 'autodiscover',
        title: 'Mailbox settings (Autodiscover)',
        record: `autodiscover.${domain}`,
        type: 'CNAME',
        wanted: '',
      },
      autodiscover(domain, parts),
    ),
    within(
      { name: 'dkim', title: 'Signing keys (DKIM)', record: `*._domainkey.${domain}`, ...text },
      dkim(domain, resolver),
    ),
    within(
      { name: 'dmarc', title: 'Policy for forged mail (DMARC)', record: `_dmarc.${domain}`, ...text },
      dmarc(domain, parts),
    ),
    within(
      { name: 'mta-sts', title: 'Encryption is asked for (MTA-STS)', record: `_mta-sts.${domain}`, ...text },
      recordOf('_mta-sts.', 'mta-sts.').then((own) => ofRecords(own, 'policy and its place are there')),
    ),
    within(
      {
        name: 'tls-rpt',
        title: 'Reports of failed encryption (TLS-RPT)',
        record: `_smtp._tls.${domain}`,
        ...text,
      },
      recordOf('_smtp._tls.').then((own) => ofRecords(own, 'reports come to us')),
    ),
    Promise.resolve(mailSeen(parts)),
  ])
}

async function settle(unknown: Light, work: Promise<Partial<Light>>, waitMs: number): Promise<Light> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), waitMs)
  })
  try {
    return { ...unknown, ...(await Promise.race([work, late])) }
  } catch {
    return { ...unknown, says: 'it could not be looked up' }
  } finally {
    clearTimeout(timer)
    work.catch(() => undefined)
  }
}

/** The worst of some records decides, and is the one that is shown. */
function ofRecords(records: readonly CheckedRecord[], fine: string): Partial<Light> {
  const wrong =
    records.find((each) => each.state === 'missing' || each.state === 'differs') ??
    records.find((each) => each.state === 'unknown')
  const shown = wrong ?? records[0]
  if (!shown) return { says: 'nothing is known about it' }
  const at = { record: shown.name, type: shown.type, wanted: shown.value, found: shown.found }
  if (!wrong) return { ...at, state: 'green', says: fine }
  if (wrong.state === 'unknown') return { ...at, state: 'unknown', says: 'DNS could not be asked' }
  const extra = wrong.type === 'MX' && wrong.found.toLowerCase().includes(wrong.value.toLowerCase())
  const says = extra
    ? 'other MX records stand beside ours: mail can go past us'
    : wrong.state === 'missing'
      ? 'it is missing'
      : 'something else stands there'
  return { ...at, state: 'red', says }
}

/** Texts of a name; null: DNS could not be asked. */
async function textsOf(name: string, resolver: Resolver): Promise<string[] | null> {
  const answer = await resolver.lookup(name, 'TXT')
  if (isTemporary(answer)) return null
  return answer.status === 'found' ? answer.records.map((segments) => segments.join('')) : []
}

const notAsked: Partial<Light> = { state: 'unknown', says: 'DNS could not be asked' }

/** It has to be one that works; where mail for the domain leaves here (OUT-01), it has to let our addresses send. */
async function spf(domain: string, parts: LightParts): Promise<Partial<Light>> {
  const { resolver, sends } = parts
  const texts = await textsOf(domain, resolver)
  if (texts === null) return notAsked
  const own = texts.filter((each) => /^v=spf1(?: |$)/i.test(each))
  const found = own.map((each) => `"${each}"`).join(', ')
  const wanted = '"v=spf1 mx ~all"'
  if (own.length === 0)
    return { state: 'red', says: 'there is none: anybody may send in its name', wanted, found }
  if (own.length > 1) return { state: 'red', says: 'there are several, so none counts', wanted, found }
  if (/ \+?all\b/i.test(own[0] ?? '')) return { state: 'red', says: 'it allows everybody', wanted, found }
  if (sends) return spfOfSources(domain, own[0] ?? '', parts)
  return { state: 'green', says: 'there is one, and it does not allow everybody', found }
}

/** What the record has to say more of us stands before what it says of all others. */
async function spfOfSources(
  domain: string,
  record: string,
  { checkSources }: LightParts,
): Promise<Partial<Light>> {
  const [sources, found] = [await checkSources(domain), `"${record}"`]
  if (sources.length === 0)
    return { state: 'unknown', says: 'there is one; from which addresses we send is not known', found }
  const missing = sources.filter(({ result }) => result !== 'pass')
  if (missing.length === 0) return { state: 'green', says: 'it lets our addresses send', found }
  if (missing.some(({ result }) => result === 'temperror')) return { ...notAsked, found }
  const names = missing.map(({ ip }) => `${ip.includes(':') ? 'ip6' : 'ip4'}:${ip}`).join(' ')
  const terms = record.split(/ +/)
  const rest = terms.findIndex((each) => /^(?:[-+~?]?all$|redirect=)/i.test(each))
  const [start, end] = rest < 0 ? [terms, ['~all']] : [terms.slice(0, rest), terms.slice(rest)]
  return {
    state: 'red',
    says: `servers send here in its name, and it does not let ${missing.map(({ ip }) => ip).join(', ')} send`,
    wanted: `"${[...start, names, ...end].join(' ')}"`,
    found,
  }
}

async function autodiscover(domain: string, { resolver, nextHop }: LightParts): Promise<Partial<Light>> {
  const isMicrosoft = /\.mail\.protection\.outlook\.com/i.test(nextHop)
  const wanted = isMicrosoft ? 'autodiscover.outlook.com.' : ''
  const name = `autodiscover.${domain}`
  const alias = await resolver.lookup(name, 'CNAME')
  const address = await resolver.lookup(name, 'A')
  if (alias.status === 'found') {
    const found = alias.records.map((each) => `${each.replace(/\.$/, '')}.`).join(', ')
    if (wanted !== '' && found.toLowerCase() !== wanted)
      return { state: 'red', says: 'it leads somewhere else than the mailboxes', wanted, found }
    return { state: 'green', says: 'programs find the mailboxes', wanted, found }
  }
  if (address.status === 'found')
    return {
      state: 'green',
      says: 'programs find the mailboxes',
      type: 'A',
      found: address.records.join(', '),
    }
  if (isTemporary(alias) || isTemporary(address)) return { ...notAsked, wanted }
  // Mail flows without it.
  return { state: 'amber', says: 'there is none: programs have to be set up by hand', wanted }
}

async function dkim(domain: string, resolver: Resolver): Promise<Partial<Light>> {
  const keys = await Promise.all(
    usualSelectors.map(async (selector) => {
      const texts = await textsOf(`${selector}._domainkey.${domain}`, resolver)
      return texts?.some((each) => /(?:^|;)\s*p=[a-z0-9+/]/i.test(each)) ? selector : null
    }),
  )
  const found = keys.filter((each) => each !== null)
  if (found.length > 0)
    return {
      state: 'green',
      says: 'keys are there',
      found: found.map((each) => `${each}._domainkey`).join(', '),
    }
  return { state: 'unknown', says: 'no key stands under the usual names; it may have one of its own' }
}

async function dmarc(domain: string, { resolver, platform }: LightParts): Promise<Partial<Light>> {
  const wanted = `"v=DMARC1; p=none; rua=mailto:${domainReportNames.dmarc}@${platform.host}"`
  const texts = await textsOf(`_dmarc.${domain}`, resolver)
  if (texts === null) return { ...notAsked, wanted }
  const own = texts.filter((each) => /^v=DMARC1\b/.test(each))
  const found = own.map((each) => `"${each}"`).join(', ')
  if (own.length !== 1)
    return {
      state: 'red',
      says: own.length === 0 ? 'there is none' : 'there are several, so none counts',
      wanted,
      found,
    }
  const policy = /;\s*p=(none|quarantine|reject)\b/i.exec(own[0] ?? '')?.[1]
  if (!policy) return { state: 'red', says: 'it names no policy', wanted, found }
  return { state: 'green', says: `forged mail: ${policy.toLowerCase()}`, found }
}

function mailSeen({ lastMailAt, completeUpTo, now }: LightParts): Light {
  const light = {
    name: 'mail-seen',
    title: 'Mail in the last 20 minutes',
    record: '',
    type: '',
    wanted: '',
  } as const
  const found = lastMailAt === null ? '' : new Date(lastMailAt).toISOString()
  if (now - completeUpTo > staleMs)
    return { ...light, state: 'unknown', says: 'the ledger is behind: nothing can be told', found }
  if (lastMailAt === null) return { ...light, state: 'unknown', says: 'no mail has come for it yet', found }
  const seen = now - lastMailAt <= seenWithinMs
  return { ...light, state: seen ? 'green' : 'red', says: seen ? 'mail comes in' : 'none has come', found }
}
