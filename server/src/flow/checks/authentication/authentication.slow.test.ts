import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CheckResult, CheckSettings, Edit } from '#flow/inspection/check.ts'
import { plainSettings } from '#flow/inspection/plain-settings.ts'
import { sealForms } from '#flow/inspection/seal-forms.ts'
import { applyEdits as editBytes, replaceBytes } from '#ground/mail/byte-edits.ts'
import { parseHeader } from '#ground/mail/header.ts'
import { createResolver } from '#ground/platform/dns/create-resolver.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { readZone } from '#ground/platform/dns/zone.ts'
import { createZoneResolver } from '#ground/platform/dns/zone-resolver.ts'
import { startDnsServer } from '../../../../../tests/harness/dns-server.ts'
import { authCheck } from './auth-check.ts'
import { authentication } from './authentication.ts'
import { makeSampleKey } from './sample-message.ts'

const key = makeSampleKey('rsa', 2048)
const now = 1_700_000_000
const zoneJson = {
  'bank.test': { TXT: ['v=spf1 ip4:192.0.2.0/24 -all'] },
  '_dmarc.bank.test': { TXT: ['v=DMARC1; p=reject'] },
  's._domainkey.bank.test': { TXT: [key.record] },
  's._domainkey.list.test': { TXT: [key.record] },
  'list.test': { TXT: ['v=spf1 ip4:198.51.100.0/24 -all'] },
}
const zone = createZoneResolver(readZone(zoneJson))

const settings: CheckSettings = {
  ...plainSettings,
  host: 'mx.here.test',
  maxMimeParts: 1000,
  maxHeaderBytes: 1 << 20,
  temperror: 'defer',
  traceKey: 'secret',
}

interface Given {
  readonly text: string
  readonly ip?: string
  readonly mailFrom?: string
  readonly resolver?: Resolver
  readonly settings?: Partial<CheckSettings>
  /** Size of the chunks in which the message is read. */
  readonly chunk?: number
}

/** @param changes made by what comes after the check */
async function check(given: Given, changes: readonly Edit[] = []): Promise<CheckResult> {
  const bytes = Buffer.from(given.text, 'latin1')
  const { fields, bodyStart } = parseHeader(bytes)
  const read = async function* () {
    for (let i = 0; i < bytes.length; i += given.chunk ?? 65_536)
      yield bytes.subarray(i, i + (given.chunk ?? 65_536))
  }
  const arrival = {
    ip: given.ip ?? '192.0.2.1',
    helo: 'mx.bank.test',
    mailFrom: given.mailFrom ?? 'u@bank.test',
    rcptTo: [],
    receivedAt: 0,
  }
  const message = { id: 'x', size: bytes.length, arrival, header: fields, mime: { bodyStart }, read } as never
  const signal = new AbortController().signal
  const result = await authentication.run(message, {
    resolver: given.resolver ?? zone,
    now: () => now * 1000,
    settings: { ...settings, ...given.settings },
    budgetMs: 10_000,
    signal,
  })
  const edits = await sealForms(result.seal ?? null, result.edits ?? [], changes, [])
  return { ...result, edits }
}

async function signed(text: string, domain = 'bank.test'): Promise<string> {
  const { answer } = await authCheck(
    {
      op: 'sign',
      ip: null,
      helo: '',
      mailFrom: '',
      message: Buffer.from(text, 'latin1'),
      dns: {},
      domain,
      selector: 's',
      key: key.pem,
      nowSeconds: now,
    },
    new AbortController().signal,
  )
  return `${(answer as { headers: string[] }).headers.join('\r\n')}\r\n${text}`
}

/** The message as it leaves: edits applied as delivery does. */
function applyEdits(text: string, edits: readonly Edit[] = []): string {
  const removed = edits.filter((edit) => edit.kind === 'remove').sort((one, other) => other.start - one.start)
  let left = text
  for (const { start, end } of removed) left = left.slice(0, start) + left.slice(end)
  const lines = edits.filter((edit) => edit.kind === 'prepend').map((edit) => `${edit.line}\r\n`)
  return lines.join('') + left
}

const text = 'From: Bank <info@bank.test>\r\nTo: a@here.test\r\nSubject: hi\r\n\r\nHello\r\n'
const codes = (result: CheckResult) => result.findings.map((each) => each.code)
const proposals = (result: CheckResult) => result.findings.flatMap((each) => each.proposal ?? [])

describe('authentication check', () => {
  it('notes what passes, weighs nothing and asks for nothing', async () => {
    const result = await check({ text: await signed(text) })
    assert.deepEqual(codes(result), ['spf-pass', 'dkim-pass', 'dmarc-pass'])
    assert.equal(
      result.findings.reduce((sum, each) => sum + each.weight, 0),
      0,
    )
    assert.deepEqual(proposals(result), [])
    assert.equal(result.edits?.length, 1)
    assert.match(
      JSON.stringify(result.edits),
      /dkim=pass header.d=bank.test header.s=s header.a=rsa-sha256 header.b=/,
    )
  })

  it('lets a forwarded message through that only DKIM vouches for, and SPF weighs nothing then', async () => {
    const result = await check({ text: await signed(text), ip: '203.0.113.9' })
    assert.deepEqual(codes(result), ['spf-fail', 'dkim-pass', 'dmarc-pass'])
    assert.equal(result.findings[0]?.weight, 0)
    assert.deepEqual(proposals(result), [])
  })

  it('gives the same result however the message is cut', async () => {
    const whole = await check({ text: await signed(`${text}${'line  of\ttext \r\n'.repeat(500)}`) })
    for (const chunk of [1, 7, 1000]) {
      const cut = await check({ text: await signed(`${text}${'line  of\ttext \r\n'.repeat(500)}`), chunk })
      assert.deepEqual(cut.facts, whole.facts)
    }
  })

  it('does not read the body of a message that nobody signed', async () => {
    let reads = 0
    const { fields, bodyStart } = parseHeader(Buffer.from(text))
    const read = async function* () {
      reads += 1
      yield Buffer.from(text)
    }
    const arrival = { ip: '192.0.2.1', helo: 'x', mailFrom: 'u@bank.test', rcptTo: [], receivedAt: 0 }
    const message = { id: 'x', size: 1, arrival, header: fields, mime: { bodyStart }, read } as never
    await authentication.run(message, {
      resolver: zone,
      now: Date.now,
      settings,
      budgetMs: 10_000,
      signal: new AbortController().signal,
    })
    assert.equal(reads, 0)
  })

  it('ends when its time is over, instead of reading on', async () => {
    const { fields, bodyStart } = parseHeader(Buffer.from(await signed(text)))
    const stop = new AbortController()
    const read = async function* () {
      for (;;) {
        stop.abort()
        yield Buffer.alloc(1000, 'x')
      }
    }
    const message = {
      id: 'x',
      size: 1,
      arrival: { ip: '', helo: '', mailFrom: '' },
      header: fields,
      mime: { bodyStart },
      read,
    } as never
    await assert.rejects(
      authentication.run(message, {
        resolver: zone,
        now: Date.now,
        settings,
        budgetMs: 10_000,
        signal: stop.signal,
      }) as Promise<never>,
    )
  })
})

describe('authentication check: hostile input', () => {
  it('looks at ten of a thousand signatures, the one of the author among them', async () => {
    const own = (await signed(text)).split('\r\nFrom:')[0] as string
    const foreign = own.replace('d=bank.test', 'd=evil.test')
    const flood = `${`${foreign}\r\n`.repeat(150)}${own}\r\n${`${foreign}\r\n`.repeat(849)}${text}`
    const asked: string[] = []
    const resolver: Resolver = {
      lookup: (name, type) => {
        asked.push(name)
        return zone.lookup(name, type)
      },
    }
    const start = performance.now()
    const result = await check({ text: flood, resolver, ip: '203.0.113.9' })
    assert.ok(performance.now() - start < 5000)
    assert.ok(codes(result).includes('dkim-too-many-signatures'))
    assert.ok(codes(result).includes('dmarc-pass'))
    assert.ok(asked.length < 15, asked.join())
  })

  it('does not let one SPF record ask thousands of names', async () => {
    const names: Record<string, unknown> = {
      'bank.test': {
        TXT: [`v=spf1 ${Array.from({ length: 300 }, (_, i) => `include:i${i}.test`).join(' ')} -all`],
      },
    }
    for (let i = 0; i < 300; i++)
      names[`i${i}.test`] = { TXT: [`v=spf1 mx:m${i}.test include:i${i + 1}.test -all`] }
    let asked = 0
    const inner = createZoneResolver(readZone(names))
    const resolver: Resolver = {
      lookup: (name, type) => {
        asked += 1
        return inner.lookup(name, type)
      },
    }
    const result = await check({ text, resolver })
    assert.ok(codes(result).includes('spf-permerror'))
    assert.ok(asked < 40, String(asked))
  })

  it('keeps names of the sender out of the field that others parse', async () => {
    const result = await check({ text, mailFrom: '"a; dkim=pass\r\n x"@bank.test', ip: '192.0.2.1' })
    const line = JSON.stringify(result.edits?.[0])
    assert.match(line, /spf=pass smtp.mailfrom=bank.test;/)
  })

  it('shows peers no inside and no names of the sender', async () => {
    const result = await check({ text, ip: '203.0.113.9', mailFrom: 'x@evil.test' })
    const reply = result.findings.find((each) => each.reply)?.reply
    assert.deepEqual(reply, {
      code: 550,
      enhanced: '5.7.1',
      text: "Not authenticated as the policy of the sender's domain requires",
    })
  })
})

describe('authentication check: ARC', () => {
  const arcSeal = { domain: 'list.test', selector: 's', privateKey: key.pem }

  it('seals above its results, over the message as it leaves', async () => {
    const forged = `Authentication-Results: mx.here.test; dmarc=pass\r\n${await signed(text)}`
    const result = await check({ text: forged, settings: { arcSeal } })
    const names = result.edits?.map((edit) => (edit.kind === 'prepend' ? edit.line.split(':')[0] : 'remove'))
    assert.deepEqual(names, [
      'ARC-Seal',
      'ARC-Message-Signature',
      'ARC-Authentication-Results',
      'Authentication-Results',
      'remove',
    ])
    const left = applyEdits(forged, result.edits)
    assert.equal(left.match(/^Authentication-Results:/gm)?.length, 1)
    const again = await check({ text: left })
    assert.deepEqual(codes(again), ['spf-pass', 'dkim-pass', 'arc-pass', 'dmarc-pass'])
    const thrice = applyEdits(left, (await check({ text: left, settings: { arcSeal } })).edits)
    assert.ok(codes(await check({ text: thrice })).includes('arc-pass'))
  })

  it('seals what it has become where rules change it: header, body, and bytes that come by one at a time', async () => {
    const came = await signed(text)
    const subject = came.indexOf('Subject:')
    const end = Buffer.from('\r\nA footer.\r\n')
    const changes: Edit[] = [
      { kind: 'prepend', line: 'Subject: [Extern] hi' },
      { kind: 'remove', start: subject, end: came.indexOf('\r\n', subject) + 2 },
      replaceBytes(came.length, came.length, end),
    ]
    for (const chunk of [1, 65_536]) {
      const { edits } = await check({ text: came, settings: { arcSeal }, chunk }, changes)
      const left = editBytes(Buffer.from(came, 'latin1'), edits ?? []).toString('latin1')
      assert.match(left, /A footer\.\r\n$/)
      assert.deepEqual(codes(await check({ text: left })), [
        'spf-pass',
        'dkim-fail',
        'arc-pass',
        'dmarc-pass',
      ])
    }
  })

  it('overrides DMARC for trusted sealers only', async () => {
    const first = await check({ text: await signed(text), settings: { arcSeal, host: 'mx.list.test' } })
    const changed = applyEdits((await signed(text)).replace('Subject: hi', 'Subject: [list] hi'), [])
    const listed = await check({ text: changed, settings: { arcSeal, host: 'mx.list.test' } })
    assert.ok(first.edits && listed.edits)
    // The list's own set says what the list saw: DMARC passed by SPF from the bank's own address.
    const left = applyEdits(changed, listed.edits)
    const outside = { text: left, ip: '198.51.100.7', mailFrom: 'bounces@list.test' }
    assert.deepEqual(proposals(await check(outside)), ['reject'])
    const trusted = await check({ ...outside, settings: { arcTrusted: ['list.test'] } })
    assert.deepEqual(proposals(trusted), [])
    assert.ok(codes(trusted).includes('dmarc-overridden'))
    const tampered = await check({
      ...outside,
      text: left.replace('Hello', 'Pay me'),
      settings: { arcTrusted: ['list.test'] },
    })
    assert.deepEqual(proposals(tampered), ['reject'])
  })
})

describe('authentication check while DNS flaps (D15)', () => {
  const spoof = { text, ip: '203.0.113.9', mailFrom: 'x@evil.example' }
  const faults = ['servfail', 'refused', 'timeout', 'truncate'] as const

  for (const kind of faults) {
    it(`${kind} of all SPF look-ups: 451 for the true sender, 550 for the spoof`, async () => {
      await using dns = await startDnsServer({ zone: zoneJson })
      dns.misbehave({ kind, names: /^bank\.test$/ })
      const resolver = createResolver({
        servers: [dns.address],
        timeoutMs: 80,
        cacheEntries: 100,
        staleForMs: 0,
      })
      assert.deepEqual(proposals(await check({ text, resolver })), ['defer'])
      assert.deepEqual(proposals(await check({ ...spoof, resolver })), ['reject'])
      dns.misbehave()
      await new Promise((resolve) => setTimeout(resolve, 1100))
      assert.deepEqual(proposals(await check({ text, resolver })), [])
      resolver.close()
    })
  }

  it('one of two servers is out: nothing is deferred, the spoof is refused', async () => {
    await using good = await startDnsServer({ zone: zoneJson })
    for (const kind of ['servfail', 'timeout'] as const) {
      await using bad = await startDnsServer({ zone: zoneJson })
      bad.misbehave({ kind })
      const resolver = createResolver({
        servers: [bad.address, good.address],
        timeoutMs: 150,
        cacheEntries: 100,
        staleForMs: 0,
      })
      assert.deepEqual(proposals(await check({ text, resolver })), [])
      assert.deepEqual(proposals(await check({ ...spoof, resolver })), ['reject'])
      resolver.close()
    }
  })

  it('a tenth of the look-ups fails: never a refusal or quarantine of the true sender', async () => {
    await using dns = await startDnsServer({ zone: zoneJson, ttl: 0 })
    dns.misbehave({ kind: 'servfail', share: 0.1 })
    const asked = { delivered: 0, deferred: 0 }
    for (let i = 0; i < 100; i++) {
      const resolver = createResolver({
        servers: [dns.address],
        timeoutMs: 100,
        cacheEntries: 100,
        staleForMs: 0,
      })
      const [proposal] = proposals(await check({ text, resolver }))
      if (proposal === undefined) asked.delivered += 1
      else {
        assert.equal(proposal, 'defer')
        asked.deferred += 1
      }
      resolver.close()
    }
    assert.ok(asked.delivered > 50 && asked.deferred > 0, JSON.stringify(asked))
  })

  it('old answers stand in while DNS is down, and the facts say so', async () => {
    await using dns = await startDnsServer({ zone: zoneJson, ttl: 1 })
    const resolver = createResolver({
      servers: [dns.address],
      timeoutMs: 60,
      cacheEntries: 100,
      staleForMs: 60_000,
    })
    assert.deepEqual(proposals(await check({ text, resolver })), [])
    dns.misbehave({ kind: 'timeout' })
    await new Promise((resolve) => setTimeout(resolve, 1100))
    const result = await check({ text, resolver })
    assert.deepEqual(proposals(result), [])
    assert.equal((result.facts as { spf: { stale: boolean } }).spf.stale, true)
    assert.deepEqual(proposals(await check({ ...spoof, resolver })), ['reject'])
    resolver.close()
  })
})
