import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { AnsweringMailbox } from '../harness/answering-mailbox.ts'
import { startDnsServer, type ZoneJson } from '../harness/dns-server.ts'
import { freePort } from '../harness/free-port.ts'
import { PolicyHost, policyText } from '../harness/policy-host.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { keyDigest, TestAuthority } from '../harness/test-authority.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { askAuthCheck } from '../suites/ask-auth-check.ts'

const folder = mkdtempSync(join(tmpdir(), 'mailkeep-radar-'))
const authority = new TestAuthority()
const trusted = authority.writeRoot(folder)
after(() => rmSync(folder, { recursive: true, force: true }))

interface Found {
  readonly test: {
    readonly id: string
    readonly state: string
    readonly outcome: string | null
    readonly says: string
    readonly score: number | null
    readonly again: string | null
    readonly results: readonly {
      readonly check: string
      readonly state: string
      readonly says: string
      readonly faults: readonly { readonly code: string; readonly fix: { readonly value: string } }[]
    }[]
  }
}

const show = (site: TestSite, id: string) => site.json<Found>('radar', 'show', id).then((found) => found.test)
const codesOf = (found: Found['test']) => found.results.flatMap((each) => each.faults.map(({ code }) => code))
const stateOf = (found: Found['test'], check: string) =>
  found.results.find((each) => each.check === check)?.state

/** What keeps a test on this machine, and lets it look at servers here. */
const here = (dns: string, port: number) => ({
  'dns.validating': [dns],
  'dns.servers': [dns],
  'delivery.mxPort': port,
  'radar.networks': ['127.0.0.0/8'],
  'tls.authorities': trusted,
})

describe('radar', () => {
  test('a sound set-up has all points, after the signed reply too; nothing private is touched', async () => {
    const [name, ip, policyIp] = ['good.example', '127.0.41.10', '127.0.41.2']
    const port = await freePort()
    const tls = authority.leaf({ names: [`mx.${name}`], until: 90 })
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
    const p = publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
    await using policies = await PolicyHost.start(authority, [name], policyIp)
    policies.answers.set(name, policyText('enforce', `mx.${name}`))
    const zone: ZoneJson = {
      [name]: { MX: [{ preference: 10, exchange: `mx.${name}` }], TXT: [`v=spf1 ip4:${ip} -all`] },
      [`mx.${name}`]: { A: [ip] },
      [`_25._tcp.mx.${name}`]: {},
      [`_${port}._tcp.mx.${name}`]: {
        TLSA: [{ usage: 3, selector: 1, matchingType: 1, data: keyDigest(tls.cert) }],
      },
      [`s1._domainkey.${name}`]: { TXT: [`v=DKIM1; k=rsa; p=${p}`] },
      [`_dmarc.${name}`]: { TXT: [`v=DMARC1; p=reject; rua=mailto:r@${name}`] },
      [`_mta-sts.${name}`]: { TXT: ['v=STSv1; id=1'] },
      [`mta-sts.${name}`]: { A: [policyIp] },
      [`_smtp._tls.${name}`]: { TXT: [`v=TLSRPTv1; rua=mailto:r@${name}`] },
      '10.41.0.127.in-addr.arpa': { PTR: [`mx.${name}`] },
      '2.0.0.127.list.example': { A: ['127.0.0.2'] },
      // Leads inside, where no test may look.
      'inner.example': { MX: [{ preference: 10, exchange: 'mx.inner.example' }] },
      'mx.inner.example': { A: ['10.20.30.40'] },
    }
    await using dns = await startDnsServer({ zone, validates: true })
    const sites: TestSite[] = []
    const answerOf = async (to: string) => {
      const message = `From: ${`anna@${name}`}\r\nTo: ${to}\r\nSubject: Re: Test\r\nDate: ${new Date().toUTCString()}\r\nMessage-ID: <1@${name}>\r\n\r\nyes\r\n`
      const request = {
        ...{ op: 'sign', message: Buffer.from(message).toString('base64') },
        ...{ domain: name, selector: 's1', key: pem, dns: {} },
      }
      const [signed] = await askAuthCheck([request])
      return `${signed?.headers.join('\r\n')}\r\n${message}`
    }
    await using box = await AnsweringMailbox.start(
      { host: ip, port, tls },
      () => sites[0]?.smtpPort ?? 0,
      ({ mailFrom }) => answerOf(mailFrom),
      ip,
    )
    await using site = await TestSite.start({
      settings: {
        ...here(dns.address, port),
        'delivery.mtaStsPort': policies.port,
        'delivery.mtaStsNetworks': ['127.0.0.0/8'],
        'sending.blocklists': ['list.example'],
      },
    })
    sites.push(site)
    const { test: first } = await site.json<Found>('radar', 'test', `anna@${name}`, '--wait')
    assert.equal(first.outcome, 'passed', JSON.stringify(first))
    await waitUntil('it answers', () => box.replies.length > 0)
    assert.match(box.replies[0] ?? '', /^250 /)
    await waitUntil('the reply is read', async () => (await show(site, first.id)).state === 'ended')
    const found = await show(site, first.id)
    assert.deepEqual(
      [codesOf(found), found.score, found.outcome],
      [[], 100, 'passed'],
      JSON.stringify(found, null, 1),
    )
    assert.deepEqual(
      found.results.map(({ check, state }) => `${check} ${state}`).toSorted(),
      [
        ...[
          'blocklists',
          'certificate',
          'dane',
          'delivery',
          'dkim',
          'dmarc',
          'dnssec',
          'exposure',
          'mta-sts',
          'mx',
        ],
        ...['reverse-dns', 'spf', 'tls', 'tls-rpt'],
      ].map((each) => `${each} passed`),
    )
    assert.match(box.replies[0] ?? '', /^250 /)

    // Whoever answers no test is refused, and so is a second answer.
    const from = box.sink.messages[0]?.mailFrom ?? ''
    assert.match(await answerTo(site, from), /^550 /)
    assert.match(await answerTo(site, `radar-${'0'.repeat(24)}@mx.site.example`), /^550 /)

    const { test: inner } = await site.json<Found>('radar', 'test', 'x@inner.example')
    await waitUntil('the mail to the inner network is stopped here', async () =>
      (await site.waiting()).some((each) => /inner network/.test(each.lastAttempt?.reply ?? '')),
    )
    await waitUntil('its servers are named as inner ones', async () =>
      codesOf(await show(site, inner.id)).includes('mx-address'),
    )
    const books = await site.books()
    assert.ok(books.balanced, JSON.stringify(books.differences))
  })

  test('each fault is named, with what to enter where', async () => {
    const [name, ip, innerIp] = ['bad.example', '127.0.42.10', '127.0.42.20']
    const port = await freePort()
    const zone: ZoneJson = {
      [name]: {
        MX: [{ preference: 10, exchange: `mx.${name}` }],
        TXT: [`v=spf1 ${Array.from({ length: 11 }, (_, n) => `include:s${n}.${name}`).join(' ')} ~all`],
      },
      ...Object.fromEntries(
        Array.from({ length: 11 }, (_, n) => [`s${n}.${name}`, { TXT: ['v=spf1 -all'] }]),
      ),
      [`mx.${name}`]: { A: [ip] },
      [`mail.${name}`]: { A: [innerIp] },
      [`_dmarc.${name}`]: { TXT: ['v=DMARC1; p=none'] },
      [`_mta-sts.${name}`]: { TXT: ['v=STSv1; id=1'] },
      '10.42.0.127.list.example': { A: ['127.0.0.4'], TXT: ['seen in a trap'] },
      '2.0.0.127.list.example': { A: ['127.0.0.2'] },
      // Terms that find nothing are counted too.
      'void.example': {
        MX: [{ preference: 10, exchange: `mx.${name}` }],
        TXT: ['v=spf1 a:a.void.example a:b.void.example a:c.void.example ~all'],
      },
      'open.example': { MX: [{ preference: 10, exchange: `mx.${name}` }], TXT: ['v=spf1 +all'] },
    }
    await using dns = await startDnsServer({ zone })
    await using _mx = await Sink.start({ host: ip, port })
    await using _inner = await Sink.start({ host: innerIp, port })
    await using site = await TestSite.start({
      settings: {
        ...here(dns.address, port),
        'dns.validating': [],
        'delivery.mtaStsNetworks': ['127.0.0.0/8'],
        'sending.blocklists': ['list.example'],
      },
    })
    const { test: found } = await site.json<Found>('radar', 'test', name, '--wait')
    assert.deepEqual(codesOf(found).toSorted(), [
      ...[
        'blocklisted',
        'dmarc-none',
        'dmarc-silent',
        'mta-sts-broken',
        'mx-exposed',
        'reverse-missing',
        'spf-broken',
      ],
      ...['tls-missing', 'tls-rpt-missing'],
    ])
    assert.equal(found.score, 100 - 15 - 6 - 2 - 6 - 15 - 8 - 15 - 15 - 2)
    assert.equal(stateOf(found, 'dnssec'), 'unknown')
    const spf = found.results.find((each) => each.check === 'spf')
    assert.match(spf?.says ?? '', /more than 10 terms/)
    const fixes = found.results.flatMap((each) => each.faults.map(({ fix }) => fix.value))
    assert.ok(fixes.includes('"v=TLSRPTv1; rua=mailto:tls-reports@bad.example"'), fixes.join('\n'))

    const { test: voids } = await site.json<Found>('radar', 'test', 'void.example', '--wait')
    assert.match(voids.results.find((each) => each.check === 'spf')?.says ?? '', /more than 2 look-ups/)
    const { test: open } = await site.json<Found>('radar', 'test', 'open.example', '--wait')
    assert.ok(codesOf(open).includes('spf-open'))
    const { test: none } = await site.json<Found>('radar', 'test', 'nowhere.example', '--wait')
    assert.deepEqual([none.outcome, codesOf(none).includes('mx-missing')], ['failed', true])
  })
})

async function answerTo(site: TestSite, to: string): Promise<string> {
  await using client = await SmtpDialogue.open(site.smtpPort)
  await client.hello()
  return await client.message('a@good.example', to, 'Subject: x\r\n\r\nx\r\n')
}
