import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Exim, hasExim } from '../harness/exim.ts'
import { freePort } from '../harness/free-port.ts'
import { PolicyHost, policyText } from '../harness/policy-host.ts'
import { hasPostfix, Postfix } from '../harness/postfix.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { keyDigest, type Leaf, TestAuthority } from '../harness/test-authority.ts'
import { hasUnbound, type SignedZone, Unbound } from '../harness/unbound.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { unlessInstalled } from '../suites/missing-package.ts'

const patience = 180_000
const sender = 'office@one.test'
const office = '127.0.0.9'

/** What the owner of a domain asks for, and whether his server can show it. */
const wishes = ['dane-right', 'dane-wrong', 'dane-plain', 'sts-right', 'sts-wrong', 'sts-plain'] as const
type Wish = (typeof wishes)[number]
const isRight = (wish: Wish) => wish.endsWith('right')
const isSts = (wish: Wish) => wish.startsWith('sts')

/** A server for a domain of the test. */
interface Place {
  readonly domain: string
  readonly ip: string
  /** The certificate that it shows; null: it offers no TLS. */
  readonly tls: Leaf | null
}

interface Receiver extends AsyncDisposable {
  readonly log: string
}

/** A receiver that somebody else has written: how it starts, and what its log says of mail for a domain. */
interface Kind {
  readonly third: number
  readonly isThere: boolean
  start(places: readonly Place[], port: number): Promise<Receiver>
  /** For each message that it took for the domain, whether that came over TLS. */
  taken(log: string, domain: string): boolean[]
}

const postfix: Kind = {
  third: 31,
  isThere: hasPostfix(),
  start: (places, port) =>
    Postfix.start({
      main: {
        mydestination: places.map((each) => each.domain).join(' '),
        local_transport: 'discard:taken',
        smtpd_tls_loglevel: '1',
      },
      files: filesOf(places),
      services: places.flatMap(({ ip, tls }) => [
        `${ip}:${port} inet n - n - - smtpd`,
        ...(tls
          ? [
              '  -o smtpd_tls_security_level=may',
              `  -o smtpd_tls_cert_file=FOLDER/${ip}.pem`,
              `  -o smtpd_tls_key_file=FOLDER/${ip}.key`,
            ]
          : []),
      ]),
    }),
  taken: (log, domain) =>
    [...log.matchAll(/: ([0-9A-Za-z]+): to=<b@([^>]+)>, .*status=sent/g)]
      .filter(([, , to]) => to === domain)
      .map(([, id]) => {
        const [, process] = new RegExp(`smtpd\\[(\\d+)\\]: ${id}: client=`).exec(log) ?? []
        return log.includes(`smtpd[${process}]: Anonymous TLS connection established`)
      }),
}

const exim: Kind = {
  third: 32,
  isThere: hasExim(),
  start: (places, port) =>
    Exim.start({
      places: places.map(({ ip }) => ({ host: ip, port })),
      main: [
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Exim puts it in
        'tls_advertise_hosts = ${if exists{FOLDER/$received_ip_address.pem}{*}{}}',
        'tls_certificate = FOLDER/$received_ip_address.pem',
        'tls_privatekey = FOLDER/$received_ip_address.key',
      ],
      routers: ['all:', '  driver = redirect', '  data = :blackhole:'],
      transports: [],
      files: filesOf(places),
    }),
  taken: (log, domain) =>
    [...log.matchAll(/ (\S+) => :blackhole: <b@([^>]+)>/g)]
      .filter(([, , to]) => to === domain)
      .map(([, id]) => new RegExp(`${id} <= \\S+ .* X=TLS1\\.[23]:`).test(log)),
}

function filesOf(places: readonly Place[]): Record<string, string> {
  return Object.fromEntries(
    places.flatMap(({ ip, tls }): [string, string][] =>
      tls
        ? [
            [`${ip}.pem`, tls.cert],
            [`${ip}.key`, tls.key],
          ]
        : [],
    ),
  )
}

const kinds = { postfix, exim } as const
type KindName = keyof typeof kinds

/** Mail to servers that others have written, whose domains ask for TLS in either way. */
describe('receivers with DANE and MTA-STS', unlessInstalled(hasUnbound(), 'unbound'), () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-receivers-'))
  const authority = new TestAuthority()
  const stack = new AsyncDisposableStack()
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const policyIp = '127.0.31.30'
  let port = 0
  let site: TestSite

  before(async () => {
    port = await freePort()
    const all = (Object.keys(kinds) as KindName[]).flatMap(placesOf)
    const sts = all.filter(({ domain }) => domain.startsWith('sts')).map((each) => each.domain)
    const policies = stack.use(await PolicyHost.start(authority, sts, policyIp))
    for (const each of sts) policies.answers.set(each, policyText('enforce', `mx.${each}`))
    const unbound = stack.use(await Unbound.start(all.map((each) => zoneOf(each, port, policyIp))))
    site = stack.use(
      await TestSite.start({
        settings: {
          'delivery.mxPort': port,
          'dns.servers': [unbound.address],
          'dns.validating': [unbound.address],
          'tls.authorities': authority.writeRoot(folder),
          'delivery.mtaStsPort': policies.port,
          'delivery.mtaStsNetworks': ['127.0.0.0/8'],
        },
      }),
    )
    await site.must('domain', 'add', 'one.test', '--next-hop', 'smtp://127.0.0.1:1')
    await site.must('relay', 'add', 'main', '--network', `${office}/32`)
    await waitUntil('the office may send', async () => {
      await using client = await openOffice()
      await client.command(`MAIL FROM:<${sender}>`)
      return (await client.command(`RCPT TO:<b@${all[0]?.domain}>`)).startsWith('250')
    })
  })
  after(() => stack.disposeAsync())

  const openOffice = async () => {
    const client = await SmtpDialogue.open(site.smtpPort, '127.0.0.1', office)
    await client.hello()
    return client
  }

  /** DANE asks for the key alone; of MTA-STS the name counts. */
  function placesOf(kind: KindName): Place[] {
    return wishes.map((wish, n) => {
      const domain = `${wish}.${kind}.example`
      const shown = wish === 'sts-wrong' ? 'else.example' : `mx.${domain}`
      const tls = wish.endsWith('plain') ? null : authority.leaf({ names: [shown] })
      return { domain, ip: `127.0.${kinds[kind].third}.${10 + n}`, tls }
    })
  }

  for (const kind of Object.keys(kinds) as KindName[])
    test(`${kind}: who shows what his domain promises gets his mail, the rest waits for its TLS, nothing goes in plain text`, {
      ...unlessInstalled(kinds[kind].isThere, kind),
    }, async () => {
      const { start, taken } = kinds[kind]
      await using receiver = await start(placesOf(kind), port)
      const domainOf = (wish: Wish) => `${wish}.${kind}.example`
      await using client = await openOffice()
      for (const wish of wishes) {
        const letter = `From: ${sender}\r\nSubject: x\r\n\r\nx\r\n`
        assert.match(await client.message(sender, `b@${domainOf(wish)}`, letter), /^250 /)
      }
      const wrong = wishes.filter((each) => !isRight(each)).map((each) => `b@${domainOf(each)} tls-fails`)
      await waitUntil(
        'what may be sent has gone, and the rest waits for its TLS',
        async () => {
          const mine = (await site.waiting()).filter((each) => each.rcptTo.includes(kind))
          return (
            mine
              .map((each) => `${each.rcptTo} ${each.reason}`)
              .sort()
              .join() === wrong.sort().join()
          )
        },
        patience,
      ).catch(async (cause) => {
        const waits = (await site.waiting()).map((each) => `${each.rcptTo} ${each.reason}`)
        throw new Error(`${(cause as Error).message}: ${waits.join(', ')}\n${receiver.log.slice(-3000)}`)
      })
      for (const wish of wishes) {
        const want = isRight(wish) ? [true] : []
        const found = () => taken(receiver.log, domainOf(wish))
        await waitUntil(`${wish}: its log says so`, () => found().length >= want.length)
        assert.deepEqual(found(), want, `${wish}: taken over TLS, each true`)
      }
    })
})

/** What the owner of a domain asks for, in DNS. */
function zoneOf({ domain, ip, tls }: Place, port: number, policyIp: string): SignedZone {
  const wish = domain.slice(0, domain.indexOf('.')) as Wish
  const lines = ['@ IN MX 10 mx', `mx IN A ${ip}`]
  if (isSts(wish)) lines.push('_mta-sts IN TXT "v=STSv1; id=1"', `mta-sts IN A ${policyIp}`)
  else {
    const digest = wish === 'dane-right' && tls ? keyDigest(tls.cert) : 'a'.repeat(64)
    lines.push(`_${port}._tcp.mx IN TLSA 3 1 1 ${digest}`)
  }
  return { name: domain, state: isSts(wish) ? 'unsigned' : 'signed', lines }
}
