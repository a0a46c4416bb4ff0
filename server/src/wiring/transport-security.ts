import type { TlsSession } from '#flow/delivery/security/demand.ts'
import { type FetchedPolicy, StsPolicies } from '#flow/delivery/security/sts-policies.ts'
import { SummedNotes } from '#flow/inspection/summed-notes.ts'
import { createResolver } from '#ground/platform/dns/create-resolver.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { NetworkList } from '#ground/platform/network-list.ts'
import { Trust } from '#ground/platform/tls/trust.ts'
import { askService, ServiceError } from '#ground/platform/web/ask-service.ts'
import type { TlsResultRow } from '#services/daily-reports/daily-report-store.ts'
import type { Base } from './base.ts'

/** What delivery needs to keep to what owners of domains ask for. */
export interface TransportSecurity {
  readonly resolver: Resolver
  readonly trust: Trust
  readonly sts: StsPolicies | null
  readonly validating: Resolver | null
  note(session: TlsSession): void
  stop(): Promise<void>
}

/** RFC 8461, 3.3. */
const mostPolicyBytes = 64 << 10

export function createTransportSecurity(base: Base): TransportSecurity {
  const { config, stores, alarms, log } = base
  const validates = config['dns.validating'].length > 0
  const resolver = createResolver({
    servers: validates ? config['dns.validating'] : config['dns.servers'],
    timeoutMs: config['dns.timeout'],
    cacheEntries: config['dns.cacheEntries'],
    // What was proved once is proved no more when its time is over.
    staleForMs: validates ? 0 : config['dns.staleFor'],
    validates,
  })
  const trust = new Trust(config['tls.authorities'], alarms)
  const ended = new AbortController()
  const sts = new StsPolicies({
    store: stores.stsPolicies,
    resolver,
    fetch: (domain) => fetchPolicy(domain, base, resolver, trust, ended.signal),
    now: () => Date.now(),
    onProblem: (domain, why) => log.part('delivery').info({ domain, why }, 'an MTA-STS policy cannot be had'),
  })
  const notes = new SummedNotes<TlsSession, TlsResultRow & { sessions: number }>({
    keyOf: (session) => JSON.stringify(rowOf(session)),
    start: (session) => ({ ...rowOf(session), sessions: 0 }),
    add: (sums) => {
      sums.sessions += 1
    },
    write: (sums) => stores.dailyReports.addResults(sums),
  })
  return {
    resolver,
    trust,
    sts: config['delivery.mtaSts'] ? sts : null,
    validating: validates ? resolver : null,
    note: (session) => notes.note(session),
    async stop() {
      ended.abort()
      resolver.close()
      await notes.stop()
    },
  }
}

/** Fetches a policy of MTA-STS. Never throws. */
export async function fetchPolicy(
  domain: string,
  { config }: Pick<Base, 'config'>,
  resolver: Resolver,
  trust: Trust,
  signal: AbortSignal,
): Promise<FetchedPolicy> {
  const port = config['delivery.mtaStsPort']
  try {
    const url = new URL(`https://mta-sts.${domain}${port === 443 ? '' : `:${port}`}/.well-known/mta-sts.txt`)
    const { status, headers, body } = await askService(
      url,
      {},
      {
        resolver,
        allowed: new NetworkList(config['delivery.mtaStsNetworks']),
        signal,
        timeoutMs: config['delivery.mtaStsTimeout'],
        mostBytes: mostPolicyBytes,
        ca: trust.pem,
        patienceMs: 0,
        userAgent: `Mailkeep (${config['site.host']})`,
      },
    )
    // Redirections are not followed (RFC 8461, 3.3), and a page for people is no policy.
    if (status !== 200) return failed(`${url.host} answered ${status}`)
    if (!/^text\/plain\b/i.test(headers['content-type'] ?? ''))
      return failed(`${url.host} sent no plain text`)
    return { kind: 'text', text: body.toString('utf8') }
  } catch (cause) {
    const certificate = cause instanceof ServiceError && cause.trouble === 'certificate'
    return { ...failed((cause as Error).message), certificate }
  }
}

function failed(why: string): Extract<FetchedPolicy, { kind: 'failed' }> {
  return { kind: 'failed', certificate: false, why }
}

function rowOf({ policyHosts, ...session }: TlsSession): Omit<TlsResultRow, 'sessions'> {
  return {
    ...session,
    policyText: session.policyText.slice(0, 4000),
    policyHosts: policyHosts.slice(0, 20).join(' '),
    day: new Date().toISOString().slice(0, 10),
  }
}
