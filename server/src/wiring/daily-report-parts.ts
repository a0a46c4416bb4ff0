import { createHash } from 'node:crypto'
import type { DomainSigner } from '#flow/inspection/domain-signer.ts'
import { laneName } from '#flow/spool/lane.ts'
import type { Acceptance } from '#flow/spool/message-store.ts'
import { formatMailDate } from '#ground/mail/mail-date.ts'
import { ownDomain } from '#ground/platform/config/own-domain.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { createResolver } from '#ground/platform/dns/create-resolver.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { newId } from '#ground/platform/ids.ts'
import { NetworkList } from '#ground/platform/network-list.ts'
import { Trust } from '#ground/platform/tls/trust.ts'
import { askService } from '#ground/platform/web/ask-service.ts'
import type { DailyReport, DailyReportParts } from '#services/daily-reports/send-daily-reports.ts'
import type { Base } from './base.ts'
import { signOwnMail } from './sign-own-mail.ts'

const postTimeoutMs = 30_000
const mostAnswerBytes = 64 << 10

/** What sends the daily reports about connections of ours and mail that came here. */
export function createDailyReportParts(base: Base): DailyReportParts {
  const { config, stores, spool, alarms } = base
  const resolver = createResolver({
    servers: config['dns.servers'],
    timeoutMs: config['dns.timeout'],
    cacheEntries: config['dns.cacheEntries'],
    staleForMs: 0,
  })
  const trust = new Trust(config['tls.authorities'], alarms)
  return {
    store: stores.dailyReports,
    reader: stores.readDailyReports,
    resolver,
    host: config['site.host'],
    contact: config['site.postmaster'] || `postmaster@${config['site.host']}`,
    isOn: () => config['reports.sendDaily'],
    unclear: new Map(),
    now: () => Date.now(),
    mail: async (to, report) => {
      const keys = await stores.dkim.keys(ownDomain(config))
      const signers = keys.filter((each) => each.state === 'active')
      await spool.accept(composeReportMail(to, report, config, Date.now(), signers))
    },
    post: (url, report) => post(url, report, config, resolver, trust),
  }
}

async function post(
  url: string,
  { content }: DailyReport,
  config: Config,
  resolver: Resolver,
  trust: Trust,
): Promise<void> {
  const { status } = await askService(
    new URL(url),
    { method: 'POST', headers: { 'content-type': 'application/tlsrpt+gzip' }, body: content },
    {
      resolver,
      allowed: new NetworkList(config['delivery.mtaStsNetworks']),
      signal: AbortSignal.timeout(postTimeoutMs),
      timeoutMs: postTimeoutMs,
      mostBytes: mostAnswerBytes,
      ca: trust.pem,
      patienceMs: 0,
      userAgent: `Mailkeep (${config['site.host']})`,
    },
  )
  if (status >= 300) throw new Error(`it answered ${status}`)
}

/**
 * A mail with a report, with an empty envelope sender: nobody answers it, and nothing comes back. Receivers pass by
 * reports about TLS that nobody has signed (RFC 8460, 3).
 * @param signers keys of the domain that it is from
 */
export function composeReportMail(
  to: string,
  report: DailyReport,
  config: Config,
  now: number,
  signers: readonly DomainSigner[] = [],
): Acceptance {
  const id = newId(now)
  const host = config['site.host']
  const { kind, domain, reportId, content, fileName } = report
  // The same report to the same place has the same id: one that is sent twice is seen once.
  const messageId = `<${createHash('sha256').update(`${reportId}\n${to}`).digest('hex').slice(0, 40)}@${host}>`
  const postmaster = config['site.postmaster'] || `postmaster@${host}`
  const subject = `Report Domain: ${domain} Submitter: ${host} Report-ID: <${reportId}>`
  const about = kind === 'tls' ? 'connections of ours to its servers' : 'mail that came here in its name'
  const unsigned = Buffer.from(
    [
      `From: ${postmaster}`,
      `To: ${to}`,
      `Subject: ${subject}`,
      `Date: ${formatMailDate(now)}`,
      `Message-ID: ${messageId}`,
      'Auto-Submitted: auto-generated',
      'MIME-Version: 1.0',
      ...(kind === 'tls' ? [`TLS-Report-Domain: ${domain}`, `TLS-Report-Submitter: ${host}`] : []),
      `Content-Type: multipart/${kind === 'tls' ? 'report; report-type="tlsrpt"' : 'mixed'}; boundary="=_${id}"`,
      '',
      `--=_${id}`,
      'Content-Type: text/plain; charset=us-ascii',
      '',
      `This is a daily report about ${domain}: ${about}.`,
      'It is sent because the domain asks for it in DNS.',
      `--=_${id}`,
      `Content-Type: application/${kind === 'tls' ? 'tlsrpt+gzip' : 'gzip'}; name="${fileName}"`,
      `Content-Disposition: attachment; filename="${fileName}"`,
      'Content-Transfer-Encoding: base64',
      '',
      content.toString('base64').replace(/(.{76})(?=.)/g, '$1\r\n'),
      `--=_${id}--`,
      '',
    ].join('\r\n'),
  )
  const bytes = signOwnMail(unsigned, signers, now)
  return {
    message: {
      id,
      node: config['node.name'],
      direction: 'own',
      mailFrom: '',
      client: { ip: '', port: 0, helo: host, protocol: 'LOCAL', tls: null },
      parameters: { body: '7BIT', smtputf8: false, ret: null, envid: null },
      size: bytes.length,
      receivedAt: now,
      subject,
      headerFrom: postmaster,
      headerMessageId: messageId,
      state: 'decided',
      explanation: {
        verdict: 'clean',
        score: 0,
        findings: [],
        facts: { dailyReport: { kind, domain } },
        timings: {},
      },
      edits: [],
    },
    body: { kind: 'inline', bytes },
    deliveries: [
      {
        n: 0,
        rcptTo: to,
        dsn: { notify: ['never'], orcpt: null },
        tenant: '',
        lane: laneName({
          direction: 'own',
          tenant: '',
          domain: to.slice(to.lastIndexOf('@') + 1).toLowerCase(),
          via: null,
        }),
        state: 'waiting',
        reason: 'just-accepted',
        dueAt: now,
        expiresAt: now + config['delivery.expiryOwn'],
        noticeAt: null,
      },
    ],
    lease: null,
  }
}
