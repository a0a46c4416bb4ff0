import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { dkimSign } from 'mailauth/lib/dkim/sign.js'
import { settledBooks } from '../harness/books.ts'
import { startDnsServer, type TestDnsServer, type ZoneJson } from '../harness/dns-server.ts'
import { refusalOf } from '../harness/refusal.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const keyRecord = `v=DKIM1; k=rsa; p=${publicKey.export({ format: 'der', type: 'spki' }).toString('base64')}`

/** Domains that send from elsewhere only, so that SPF fails for every client of this test. */
const policies = { 'strict.example': 'reject', 'soft.example': 'quarantine', 'open.example': 'none' }
const spf = 'v=spf1 ip4:192.0.2.1 -all'
/** As an attacker would write it: ten look-ups that he makes as slow as he likes. */
const slowSpf = `v=spf1 ${Array.from({ length: 10 }, (_, n) => `a:n${n}.slow.example`).join(' ')} ip4:127.0.0.1 -all`

const zone: ZoneJson = {
  ...Object.fromEntries(Object.keys(policies).map((name) => [name, { TXT: [spf] }])),
  ...Object.fromEntries(
    Object.entries(policies).map(([name, p]) => [`_dmarc.${name}`, { TXT: [`v=DMARC1; p=${p}`] }]),
  ),
  's._domainkey.strict.example': { TXT: [keyRecord] },
  'spf-down.example': { TXT: 'SERVFAIL' },
  '_dmarc.spf-down.example': { TXT: ['v=DMARC1; p=reject'] },
  's._domainkey.spf-down.example': { TXT: [keyRecord] },
  'policy-down.example': { TXT: [spf] },
  '_dmarc.policy-down.example': { TXT: 'SERVFAIL' },
  'policy-silent.example': { TXT: [spf] },
  '_dmarc.policy-silent.example': { TXT: 'TIMEOUT' },
  'policy-refused.example': { TXT: [spf] },
  '_dmarc.policy-refused.example': { TXT: 'REFUSED' },
  'key-down.example': { TXT: [spf] },
  '_dmarc.key-down.example': { TXT: ['v=DMARC1; p=reject'] },
  's._domainkey.key-down.example': { TXT: 'SERVFAIL' },
  'spf-down-open.example': { TXT: 'SERVFAIL' },
  '_dmarc.spf-down-open.example': { TXT: ['v=DMARC1; p=none'] },
  'slow.example': { TXT: [slowSpf] },
  ...Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`n${n}.slow.example`, { A: ['192.0.2.9'] }])),
}

const letter = (domain: string, subject: string, more = '') =>
  `${more}From: A <a@${domain}>\r\nTo: b@site.example\r\nSubject: ${subject}\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\nMessage-ID: <${subject}@${domain}>\r\n\r\nwords\r\n`

async function signed(domain: string, text: string): Promise<string> {
  const { signatures } = await dkimSign(Buffer.from(text), {
    signatureData: [
      {
        signingDomain: domain,
        selector: 's',
        privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }),
      },
    ],
  })
  return signatures + text
}

describe('who sent it: DMARC in the dialogue, DNS trouble, forged results', () => {
  let sink: Sink
  let dns: TestDnsServer
  let site: TestSite

  before(async () => {
    sink = await Sink.start({ keep: true })
    dns = await startDnsServer({ zone })
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: ['b@site.example', 'c@site.example'],
      settings: {
        'dns.servers': [dns.address],
        'dns.timeout': '1s',
        'inspection.checkBudget': '4s',
        'inspection.temperror': 'auto',
      },
    })
    // Here it is about DMARC alone: SPF by itself would quarantine most of this mail.
    await site.must('policy', 'set', 'mailkeep', 'weight.spf-fail=0')
    // Who knows whom was added later knows what was set before.
    await site.must('user', 'add', 'd@site.example')
    await site.knows('d@site.example')
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await Promise.all([sink.down(), dns.close()])
  })

  async function offerOnce(
    text: string,
    mailFrom: string,
    to: string | readonly string[] = 'b@site.example',
  ): Promise<string> {
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    return await client.message(mailFrom, to, text)
  }

  /** Comes again after 451, as senders do: DNS, which has a second here, may have been late on a busy machine. */
  const offer = (...letter: Parameters<typeof offerOnce>): Promise<string> =>
    waitUntil('DNS has time', async () => {
      const reply = await offerOnce(...letter)
      return !reply.startsWith('451') && reply
    })

  const arrived = (subject: string) =>
    waitUntil(`${subject} arrives`, () =>
      sink.messages.find((each) => each.content.includes(`Subject: ${subject}\r\n`)),
    )
  const hasArrived = (subject: string) =>
    sink.messages.some((each) => each.content.includes(`Subject: ${subject}\r\n`))

  test('p=reject: 550 5.7.1 in the dialogue, nothing is delivered, and the trace says why', async () => {
    const reply = await offer(letter('strict.example', 'spoofed'), 'a@strict.example')
    assert.match(reply, /^550 5\.7\.1 .*policy of the sender's domain.* \[\w{16}\]$/)
    const refusal = await refusalOf(site, reply)
    assert.equal(refusal.kind, 'refusal')
    assert.equal(refusal.code, 550)
    assert.equal(refusal.reason, 'dmarc-fail')
    assert.equal(refusal.subject, 'spoofed')
    assert.equal(refusal.rcptTo, 'b@site.example')
    assert.ok(
      refusal.detail?.findings?.some((each) => each.code === 'dmarc-fail' && each.proposal === 'reject'),
    )
    assert.ok(refusal.detail?.findings?.some((each) => each.code === 'spf-fail'))
    const { lines } = await site.json<{ lines: { states: string[] }[] }>('trace', '--subject', 'spoofed')
    assert.deepEqual([...new Set(lines.flatMap((each) => each.states))], ['refused'])
    assert.equal((await site.books()).accepted, 0)
    assert.equal(hasArrived('spoofed'), false)
  })

  test('p=reject holds also where only From is forged and the envelope is the own of the sender', async () => {
    assert.match(await offer(letter('strict.example', 'only-from'), 'x@elsewhere.example'), /^550 5\.7\.1 /)
    assert.match(await offer(letter('strict.example', 'bounce'), ''), /^550 5\.7\.1 /)
    assert.match(
      await offer(letter('sub.strict.example', 'below'), 'x@elsewhere.example'),
      /^550 5\.7\.1 /,
      'the policy holds below the domain too',
    )
  })

  test('DKIM alone, aligned: passes although SPF fails; a changed message does not', async () => {
    const text = await signed('strict.example', letter('strict.example', 'signed'))
    assert.match(await offer(text, 'a@strict.example'), /^250 /)
    const { content } = await arrived('signed')
    assert.match(content, /spf=fail smtp\.mailfrom=a@strict\.example/)
    assert.match(content, /dkim=pass header\.d=strict\.example header\.s=s/)
    assert.match(content, /dmarc=pass header\.from=strict\.example/)
    assert.match(await offer(text.replace('words', 'wards'), 'a@strict.example'), /^550 5\.7\.1 /)
    const other = await signed('open.example', letter('strict.example', 'foreign-signature'))
    assert.match(await offer(other, 'a@strict.example'), /^550 5\.7\.1 /, 'a signature of somebody else')
  })

  test('p=quarantine: accepted and set aside, released, delivered', async () => {
    const reply = await offer(letter('soft.example', 'doubtful'), 'a@soft.example')
    const id = /^250 2\.0\.0 Accepted as (\w{16})$/.exec(reply)?.[1] ?? ''
    const quarantined = async () =>
      (
        await site.json<{ lines: { messageId: string; reason: string; subject: string; verdict: string }[] }>(
          'quarantine',
          'list',
        )
      ).lines
    const line = await waitUntil('it is listed', async () =>
      (await quarantined()).find((each) => each.messageId === id),
    )
    assert.deepEqual([line.reason, line.verdict, line.subject], ['dmarc-quarantine', 'spoof', 'doubtful'])
    const books = await site.books()
    assert.deepEqual([books.quarantined, books.balanced], [1, true])
    assert.equal(hasArrived('doubtful'), false)
    await site.must('quarantine', 'release', id)
    assert.match((await arrived('doubtful')).content, /dmarc=fail/)
    assert.deepEqual(await quarantined(), [])
    await waitUntil('the books say delivered', async () => (await site.books()).quarantined === 0)
    assert.notEqual((await site.command('quarantine', 'release', id)).code, 0, 'it is released once')
  })

  test('p=none: delivered, with the finding', async () => {
    assert.match(await offer(letter('open.example', 'harmless'), 'a@open.example'), /^250 /)
    assert.match((await arrived('harmless')).content, /dmarc=fail header\.from=open\.example/)
  })

  for (const [what, domain] of [
    ['SERVFAIL for the SPF record', 'spf-down.example'],
    ['SERVFAIL for the policy', 'policy-down.example'],
    ['silence for the policy', 'policy-silent.example'],
    ['REFUSED for the policy', 'policy-refused.example'],
  ] as const) {
    test(`${what}: 451, never 5xx`, async () => {
      const reply = await offerOnce(letter(domain, `open-${domain}`), `a@${domain}`)
      assert.match(reply, /^451 4\.7\.5 .* \[\w{16}\]$/)
      assert.equal((await refusalOf(site, reply)).reason, 'dmarc-temperror')
    })
  }

  test('SERVFAIL for the key of the one signature that could pass: 451', async () => {
    const text = await signed('key-down.example', letter('key-down.example', 'no-key'))
    assert.match(await offerOnce(text, 'a@key-down.example'), /^451 4\.7\.5 /)
  })

  test('what DNS does not say does not matter where the rest decides', async () => {
    const text = await signed('spf-down.example', letter('spf-down.example', 'key-decides'))
    assert.match(await offer(text, 'a@spf-down.example'), /^250 /, 'DKIM passes')
    assert.match((await arrived('key-decides')).content, /spf=temperror/)
    assert.match(await offer(letter('spf-down-open.example', 'none'), 'a@spf-down-open.example'), /^250 /)
    assert.match(
      await offer(letter('strict.example', 'foreign-trouble'), 'a@spf-down.example'),
      /^550 5\.7\.1 /,
      'trouble of a domain that could not align is no excuse for a spoof',
    )
  })

  test('mail that heard 451 is accepted when DNS is back', async () => {
    dns.setZone({
      ...zone,
      'spf-down.example': { TXT: ['v=spf1 ip4:127.0.0.1 -all'] },
      '_dmarc.policy-silent.example': { TXT: ['v=DMARC1; p=reject'] },
    })
    await waitUntil('SPF is asked anew', async () =>
      (await offer(letter('spf-down.example', 'recovered'), 'a@spf-down.example')).startsWith('250'),
    )
    assert.match((await arrived('recovered')).content, /spf=pass/)
    await waitUntil('the policy is known', async () =>
      (await offer(letter('policy-silent.example', 'known'), 'a@policy-silent.example')).startsWith('550'),
    )
    dns.setZone(zone)
  })

  test('a sender who makes SPF slow does not get past DMARC', async () => {
    dns.misbehave({ kind: 'delay', delayMs: 800, names: /^n\d\.slow\.example$/ })
    const reply = await offerOnce(letter('strict.example', 'stretched'), 'a@slow.example')
    assert.match(reply, /^(550 5\.7\.1|451 4\.7\.5) /)
    dns.misbehave()
    assert.equal(hasArrived('stretched'), false)
  })

  test('a sender who makes the whole check slow hears 451, and forged results stay out', async () => {
    dns.misbehave({ kind: 'delay', delayMs: 900, names: /(^|\.)late\d?\.example$/ })
    const authors = Array.from({ length: 4 }, (_, n) => `x@a.b.c.d.e.late${n}.example`).join(', ')
    const text = letter('strict.example', 'exhausted').replace('From: ', `From: ${authors}, `)
    const reply = await offerOnce(text, 'a@open.example')
    assert.match(reply, /^451 4\.7\.5 /)
    assert.equal((await refusalOf(site, reply)).reason, 'authentication-unavailable')
    dns.misbehave()
  })

  test('results in our name are removed whatever they are dressed in, others stay, one of ours is on top', async () => {
    const forged = [
      'Authentication-Results: mx.site.example; dmarc=pass header.from=forged1.example',
      'authentication-results:mx.site.example;dmarc=pass header.from=forged2.example',
      'AUTHENTICATION-RESULTS: MX.Site.Example 1; dmarc=pass header.from=forged3.example',
      'Authentication-Results: (hi (there)) "mx.site.example"; dmarc=pass header.from=forged4.example',
      'Authentication-Results:\r\n\t mx.site.example;\r\n\tdmarc=pass header.from=forged5.example',
      'Authentication-Results: mx.site.example(comment)/1; dmarc=pass header.from=forged6.example',
    ]
    const kept = 'Authentication-Results: mx.other.example; dmarc=pass header.from=kept.example'
    const more = `${forged.slice(0, 3).join('\r\n')}\r\n${kept}\r\n${forged.slice(3).join('\r\n')}\r\n`
    assert.match(await offer(letter('open.example', 'forged', more), 'a@open.example'), /^250 /)
    const { content } = await arrived('forged')
    assert.doesNotMatch(content, /forged\d/)
    assert.ok(content.includes(`${kept}\r\n`))
    assert.equal(content.match(/^authentication-results:/gim)?.length, 2)
    const top = content.slice(0, content.indexOf(kept))
    assert.match(top, /^Authentication-Results: mx\.site\.example;\r\n\tspf=fail/m)
    assert.ok(content.endsWith(letter('open.example', 'forged')), 'everything else is as it came')
  })

  test('where tenants differ: who follows DMARC gets it set aside, who only observes gets it, DNS trouble is 451 for all', async () => {
    await site.must('tenant', 'add', 'easy')
    await site.must('tenant', 'set', 'easy', 'dmarc=observe')
    await site.must(
      'domain',
      'add',
      'easy.example',
      '--next-hop',
      sink.hop,
      '--tenant',
      'easy',
      '--any-recipient',
    )
    await site.knows('x@easy.example')
    const both = ['c@site.example', 'x@easy.example']
    assert.match(
      await offer(letter('strict.example', 'for-one'), 'a@strict.example', 'x@easy.example'),
      /^250 /,
    )
    assert.match(await offer(letter('strict.example', 'for-both'), 'a@strict.example', both), /^250 /)
    assert.deepEqual((await arrived('for-both')).rcptTo, ['x@easy.example'])
    const { lines } = await site.json<{ lines: { subject: string; rcptTo: string }[] }>('quarantine', 'list')
    assert.deepEqual(
      lines.map((each) => [each.subject, each.rcptTo]),
      [['for-both', 'c@site.example']],
    )
    assert.match(
      await offerOnce(letter('policy-down.example', 'open-both'), 'a@policy-down.example', both),
      /^451 4\.7\.5 /,
    )
    assert.match(
      await offer(letter('policy-down.example', 'open-one'), 'a@policy-down.example', 'x@easy.example'),
      /^250 /,
    )
    await arrived('open-one')
  })

  test('results of domains that publish a policy are counted by day and address', async () => {
    const rowsOf = async (domain: string) => {
      const { rows } = await site.json<{ rows: Record<string, string | number>[] }>(
        'dmarc',
        '--domain',
        domain,
      )
      return rows
    }
    const strictRow = (what: string, is: (row: Record<string, string | number>) => boolean) =>
      waitUntil(what, async () => (await rowsOf('strict.example')).find(is))
    await strictRow(
      'what was refused is written',
      (each) => each.disposition === 'reject' && each.alignedSpf === 'fail' && each.alignedDkim === 'fail',
    )
    const passed = await strictRow('what passed is written', (each) => each.alignedDkim === 'pass')
    assert.equal(passed.dkim, 'strict.example/s pass')
    assert.deepEqual([passed.policy, passed.ip, passed.disposition], ['reject', '127.0.0.1', 'none'])
    assert.deepEqual(await rowsOf('nowhere.example'), [])
    const old = await site.command('dmarc', '--from', 'yesterday')
    assert.match(`${old.code} ${old.stderr}`, /^2 .*--from is a day such as/s)
  })

  test('at the end the books balance, and no process of ours complained', async () => {
    await settledBooks(site)
    assert.doesNotMatch(site.log, /fault of ours|"level":50/)
  })
})
