import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { CheckResult, ListsSettings } from '#flow/inspection/check.ts'
import { parseMessage } from '#flow/inspection/parse-message.ts'
import { plainSettings } from '#flow/inspection/plain-settings.ts'
import { ipNibbles } from '#ground/mail/ip-nibbles.ts'
import type { DnsAnswer, RecordType, Resolver } from '#ground/platform/dns/resolver.ts'
import { addressQuery, domainQuery, readListAnswer } from './list-query.ts'
import { readListSpec } from './list-spec.ts'
import { createLists } from './lists.ts'

/** A name server of a test: what it answers to a question for addresses, and every question that it heard. */
function resolverOf(
  answer: (name: string) => string[] | 'SERVFAIL' | 'silence',
): Resolver & { asked: string[] } {
  const asked: string[] = []
  const lookup = (name: string, type: RecordType): Promise<DnsAnswer<RecordType>> => {
    asked.push(name)
    const found = type === 'A' ? answer(name) : []
    if (found === 'silence') return new Promise(() => undefined)
    if (found === 'SERVFAIL') return Promise.resolve({ status: 'servfail', reason: 'SERVFAIL' })
    return Promise.resolve(found.length === 0 ? { status: 'nxdomain' } : { status: 'found', records: found })
  }
  return { asked, lookup: lookup as Resolver['lookup'] }
}

/** An honest list of RFC 5782 that also lists what is named. */
const honest =
  (zone: string, listed: Readonly<Record<string, string>>) =>
  (name: string): string[] => {
    if (!name.endsWith(`.${zone}`)) return []
    const asked = name.slice(0, -zone.length - 1)
    if (asked === '2.0.0.127' || asked === 'test' || asked === ipNibbles('::ffff:7f00:2').reverse().join('.'))
      return ['127.0.0.2']
    return listed[asked] === undefined ? [] : [listed[asked]]
  }

const settings = (...ask: string[]): ListsSettings => ({ ...plainSettings.lists, ask, timeoutMs: 50 })

interface Given {
  readonly ip?: string
  readonly text?: string
  readonly now?: number
}

/** One check over many messages, as a thread has it. */
function listsFor(resolver: Resolver, lists: ListsSettings) {
  const check = createLists()
  return async ({ ip = '192.0.2.9', text = 'From: a@b.test\r\n\r\nwords\r\n', now = 0 }: Given = {}) => {
    const message = await parseMessage({
      id: 'm',
      bytes: Buffer.from(text),
      arrival: { ip, helo: 'mx.helo.example', mailFrom: 'a@mailfrom.example', rcptTo: [], receivedAt: now },
      limits: { maxDepth: 100, maxParts: 1000, maxHeaderBytes: 1 << 20 },
    })
    return check.run(message, {
      resolver,
      now: () => now,
      settings: { ...plainSettings, lists },
      budgetMs: 10_000,
      signal: new AbortController().signal,
    })
  }
}

const said = (result: CheckResult) => result.findings.map(({ code, weight }) => `${code} ${weight}`)

describe('lists', () => {
  const spec = 'address bl.test 127.0.0.2=120 127.0.0.4-127.0.0.9=40 127.0.0.10=0'

  test('codes have their own weights; one with none is observed', async () => {
    for (const [code, expected] of [
      ['127.0.0.2', 'list-hit 120'],
      ['127.0.0.7', 'list-hit 40'],
      ['127.0.0.10', 'list-noted 0'],
      ['127.0.0.77', 'list-noted 0'],
    ] as const) {
      const judge = listsFor(resolverOf(honest('bl.test', { '9.2.0.192': code })), settings(spec))
      assert.deepEqual(said(await judge()), [expected])
    }
    const judge = listsFor(resolverOf(honest('bl.test', {})), settings(spec))
    assert.deepEqual(said(await judge()), [])
  })

  test('bits, welcome lists, IPv6, and a weight above what one list may weigh', async () => {
    const v6 = ipNibbles('2001:db8::1').reverse().join('.')
    const bl = honest('bl.test', { '9.2.0.192': '127.0.0.12', [v6]: '127.0.0.2' })
    const judge = listsFor(resolverOf(bl), settings('address bl.test &8=60 any=900'))
    assert.deepEqual(said(await judge()), ['list-hit 60'])
    assert.deepEqual(said(await judge({ ip: '2001:db8::1' })), ['list-hit 150'])
    const welcome = listsFor(resolverOf(bl), settings('address bl.test any=-50'))
    assert.deepEqual(said(await welcome()), ['list-welcome -50'])
  })

  test('a list of domains is asked for those of the places that it is for', async () => {
    const dbl = honest('dbl.test', { 'evil.example': '127.0.1.2' })
    const text =
      'From: x@sub.author.example\r\nContent-Type: text/html\r\n\r\n<a href="https://a.b.evil.example/x?y">l</a> <a href="http://192.0.2.1/">n</a>'
    const resolver = resolverOf(dbl)
    assert.deepEqual(said(await listsFor(resolver, settings('domain dbl.test any=100'))({ text })), [
      'list-hit 100',
    ])
    const names = resolver.asked.filter((each) => !each.includes('invalid') && !each.startsWith('test.'))
    assert.deepEqual(names.sort(), [
      'author.example.dbl.test',
      'evil.example.dbl.test',
      'helo.example.dbl.test',
      'mailfrom.example.dbl.test',
    ])
    const others = listsFor(resolverOf(dbl), settings('domain:from+helo dbl.test any=100'))
    assert.deepEqual(said(await others({ text })), [])
  })

  for (const [name, answer, why] of [
    ['lists everything', () => ['127.0.0.2'], /lists what no list may list/],
    ['lists nothing', () => [], /does not list its own test entry/],
    ['refuses', () => ['127.255.255.254'], /refuses to answer \(127\.255\.255\.254\)/],
    ['answers from elsewhere', () => ['192.0.2.77'], /refuses to answer/],
  ] as const) {
    test(`a list that ${name} is muted, and the finding says why`, async () => {
      const judge = listsFor(resolverOf(answer as () => string[]), settings(spec))
      const result = await judge()
      assert.equal(result.findings.length, 1)
      assert.equal(result.findings[0]?.weight, 0)
      assert.match(result.findings[0]?.text ?? '', why)
    })
  }

  test('errors and silence are no listing, and nobody waits for a list that keeps silent', async () => {
    for (const fault of ['SERVFAIL', 'silence'] as const) {
      const judge = listsFor(
        resolverOf(() => fault),
        { ...settings(spec), timeoutMs: 100 },
      )
      for (let i = 0; i < 6; i++) for (const each of (await judge()).findings) assert.equal(each.weight, 0)
      const waits: number[] = []
      for (let i = 0; i < 5; i++) {
        const started = performance.now()
        assert.deepEqual(said(await judge()), ['list-muted 0'])
        waits.push(performance.now() - started)
      }
      assert.ok(Math.min(...waits) < 50, 'it was not waited for')
    }
  })

  test('a list that begins to list everything counts no more from its next test, and comes back after probation', async () => {
    let everything = false
    const good = honest('bl.test', { '9.2.0.192': '127.0.0.2' })
    const judge = listsFor(
      resolverOf((name) => (everything ? ['127.0.0.2'] : good(name))),
      { ...settings(spec), probationMs: 60_000 },
    )
    assert.deepEqual(said(await judge({ now: 0 })), ['list-hit 120'])
    everything = true
    assert.deepEqual(said(await judge({ now: 31_000, ip: '192.0.2.1' })), ['list-not-counted 0'])
    everything = false
    assert.deepEqual(said(await judge({ now: 32_000 })), ['list-not-counted 0'])
    let now = 32_000
    while (said(await judge({ now }))[0] === 'list-not-counted 0') {
      now += 5000
      assert.ok(now < 200_000, 'it never comes back')
    }
    assert.deepEqual(said(await judge({ now })), ['list-hit 120'])
    assert.ok(now - 32_000 >= 42_000, `back after ${now - 32_000} ms`)
  })

  test('a flood of listings makes it prove itself at once', async () => {
    let everything = false
    const good = honest('bl.test', {})
    const judge = listsFor(
      resolverOf((name) => (everything ? ['127.0.0.2'] : good(name))),
      settings(spec),
    )
    await judge({ now: 0 })
    everything = true
    let counted = 0
    for (let i = 0; i < 40; i++)
      if (said(await judge({ now: 3000 + i, ip: `192.0.2.${i}` }))[0] === 'list-hit 120') counted++
    assert.ok(counted <= 20, `${counted} listings counted`)
  })

  test('switched off it weighs nothing, and is asked on', async () => {
    const bl = honest('bl.test', { '9.2.0.192': '127.0.0.2' })
    const judge = listsFor(resolverOf(bl), { ...settings(spec), off: ['bl.test'] })
    const result = await judge()
    assert.deepEqual(said(result), ['list-not-counted 0'])
    assert.match(result.findings[0]?.text ?? '', /switched off/)
  })

  test('10,000 links cost a dozen questions', async () => {
    const links = Array.from({ length: 10_000 }, (_, n) => `http://h${n}.d${n}.example/`).join('\r\n')
    const resolver = resolverOf(honest('dbl.test', {}))
    await listsFor(resolver, settings('domain dbl.test any=100'))({ text: `From: a@b.test\r\n\r\n${links}` })
    assert.ok(resolver.asked.length < 25, `${resolver.asked.length} questions`)
  })
})

describe('questions and answers of lists', () => {
  test('addresses backwards', () => {
    assert.equal(addressQuery('192.0.2.99', 'bl.test'), '99.2.0.192.bl.test')
    assert.equal(addressQuery('::ffff:192.0.2.99', 'bl.test'), '99.2.0.192.bl.test')
    assert.equal(
      addressQuery('2001:db8:1:2:3:4:567:89ab', 'bl.test'),
      'b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.bl.test',
    )
    assert.equal(addressQuery('nobody', 'bl.test'), null)
    assert.equal(domainQuery('192.0.2.1', 'dbl.test'), null)
    assert.equal(domainQuery('bücher.example', 'dbl.test'), 'xn--bcher-kva.example.dbl.test')
  })

  test('every IPv6 address has 32 nibbles, however it is written', () => {
    fc.assert(
      fc.property(fc.ipV6(), (ip) => {
        const found = ipNibbles(ip)
        assert.equal(found.length, 32)
        assert.match(found.join(''), /^[0-9a-f]{32}$/)
      }),
    )
  })

  test('only 127.0.0.0/8 says listed; an error never does', () => {
    fc.assert(
      fc.property(fc.array(fc.ipV4(), { minLength: 1 }), (records) => {
        const read = readListAnswer({ status: 'found', records })
        if (read.kind === 'listed') assert(records.every((each) => each.startsWith('127.')))
      }),
    )
    assert.equal(readListAnswer({ status: 'servfail', reason: 'x' }).kind, 'failed')
    assert.equal(readListAnswer({ status: 'nodata' }).kind, 'not-listed')
  })

  test('descriptions that cannot be read are no list', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        readListSpec(text)
      }),
    )
    for (const wrong of [
      '',
      'address bl.test',
      'address bl.test 127.0.0.2=x',
      'ip bl.test any=1',
      'address bl.test 127.0.0.999=1',
    ])
      assert.equal(readListSpec(wrong), null, wrong)
  })
})
