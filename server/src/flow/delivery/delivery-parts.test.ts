import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import type { MessageEdit } from '#flow/spool/message.ts'
import { newDataKey, sealContent } from '#ground/platform/sealed-content.ts'
import type { Job } from './delivery-store.ts'
import { DotStuffing } from './dot-stuffing.ts'
import { Hop } from './hop.ts'
import { LaneQueue } from './lane-queue.ts'
import { messageChunks, sizeChange } from './message-chunks.ts'
import { isOwn, NextHopError, parseNextHop } from './next-hop.ts'
import { ReplyReader } from './reply-reader.ts'
import { nextWait } from './retry-schedule.ts'
import type { Target } from './target.ts'
import { TargetHealth } from './target-health.ts'

describe('next hops', () => {
  test('all forms', () => {
    assert.deepEqual(parseNextHop('smtp://Mail.Example:2525'), {
      kind: 'smtp',
      addresses: [{ host: 'mail.example', port: 2525 }],
      tls: 'opportunistic',
      own: false,
      identity: null,
      outside: false,
    })
    assert.deepEqual(parseNextHop('lmtp://[::1]:24,b?tls=verify&own=yes&identity=box.example'), {
      kind: 'lmtp',
      addresses: [
        { host: '::1', port: 24 },
        { host: 'b', port: 0 },
      ],
      tls: 'verify',
      own: true,
      identity: 'box.example',
      outside: false,
    })
    assert.deepEqual(parseNextHop('maildir:./data/maildir'), { kind: 'maildir', folder: './data/maildir' })
    assert.deepEqual(parseNextHop('mx:Example.org'), {
      kind: 'mx',
      domain: 'example.org',
      tls: 'opportunistic',
      outside: false,
    })
    assert.equal(isOwn(parseNextHop('maildir:x')), true)
    assert.equal(isOwn(parseNextHop('smtp://a')), false)
    assert.equal(isOwn(parseNextHop('smtp://a?own=yes')), true)
    assert.equal(isOwn(parseNextHop('smtp://a?own=yes&reach=outside')), false, 'a customer has written it')
  })

  test('any text is a next hop or says what would be right', () => {
    const word = fc.constantFrom(
      'smtp://',
      'lmtp://',
      'mx:',
      'maildir:',
      'a.example',
      '[::1]',
      ':25',
      ',',
      '?',
      '&',
      'tls=',
    )
    const piece = fc.oneof(word, fc.string({ unit: 'binary', maxLength: 4 }))
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        try {
          parseNextHop(pieces.join(''))
        } catch (cause) {
          assert.ok(cause instanceof NextHopError, String(cause))
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('wrong ones say what would be right', () => {
    for (const wrong of [
      '',
      'mail.example',
      'smtp://',
      'smtp://a:99999',
      'smtp://a b',
      'maildir:',
      'http://a',
      'smtp://a?tls=maybe',
      'smtp://a:x',
    ]) {
      assert.throws(() => parseNextHop(wrong), NextHopError, wrong)
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseNextHop(`smtp://${text}`)
        } catch (cause) {
          assert.ok(cause instanceof NextHopError)
        }
      }),
    )
  })
})

describe('replies', () => {
  test('come out whole however they arrive', () => {
    const text =
      '250-mx.example hello\r\n250-SIZE 1000\r\n250 PIPELINING\r\n451 4.7.1 slow\n550-5.1.1 no such\r\n550 5.1.1 user\r\n'
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 6 }), (cuts) => {
        const reader = new ReplyReader()
        const found = []
        let at = 0
        for (const end of [...cuts.sort((a, b) => a - b), text.length]) {
          found.push(...reader.push(Buffer.from(text.slice(at, end))))
          at = end
        }
        assert.deepEqual(found, [
          { code: 250, enhanced: '', text: 'mx.example hello\nSIZE 1000\nPIPELINING' },
          { code: 451, enhanced: '4.7.1', text: 'slow' },
          { code: 550, enhanced: '5.1.1', text: 'no such\nuser' },
        ])
      }),
    )
  })

  test('what is no reply, or no end of one, is a fault', () => {
    assert.throws(() => new ReplyReader().push(Buffer.from('HTTP/1.1 200 OK\r\n')))
    assert.throws(() => {
      const reader = new ReplyReader()
      for (let i = 0; i < 1000; i++) reader.push(Buffer.from(`250-${'x'.repeat(200)}\r\n`))
    })
  })
})

describe('a message as it leaves', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-parts-'))
  after(() => rmSync(folder, { recursive: true }))

  const dataKey = newDataKey()
  type Place = boolean | 'encrypted'

  async function send(bytes: string, edits: readonly MessageEdit[], asFile: Place): Promise<string> {
    const path = join(folder, 'body')
    const clear = Buffer.from(bytes, 'latin1')
    if (asFile) writeFileSync(path, asFile === 'encrypted' ? sealContent(dataKey, clear) : clear)
    const key = asFile === 'encrypted' ? { dataKey } : {}
    const body = asFile
      ? ({ kind: 'file', path, size: bytes.length, sha256: '', ...key } as const)
      : ({ kind: 'inline', bytes: Buffer.from(bytes, 'latin1') } as const)
    const chunks: Buffer[] = []
    for await (const chunk of messageChunks(body, edits)) chunks.push(chunk)
    return Buffer.concat(chunks).toString('latin1')
  }

  test('edits come on top, removals go, everything else is as it came', async () => {
    const bytes = 'A: 1\r\nB: 2\r\nC: 3\r\n\r\nbody \x80\xff\r\n'
    const edits: MessageEdit[] = [
      { kind: 'prepend', line: 'X: 1' },
      { kind: 'remove', start: 6, end: 12 },
      { kind: 'prepend', line: 'Y: 2\r\n\tmore' },
      { kind: 'remove', start: 0, end: 6 },
    ]
    const expected = 'X: 1\r\nY: 2\r\n\tmore\r\nC: 3\r\n\r\nbody \x80\xff\r\n'
    assert.equal(await send(bytes, edits, false), expected)
    assert.equal(await send(bytes, edits, true), expected)
    assert.equal(await send(bytes, edits, 'encrypted'), expected)
    assert.equal(bytes.length + sizeChange(edits), expected.length)
  })

  test('from memory and from a file, the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ maxLength: 300 }),
        fc.array(fc.tuple(fc.nat(300), fc.nat(20)), { maxLength: 4 }),
        async (text, ranges) => {
          const latin = Buffer.from(text, 'utf8').toString('latin1')
          const edits = ranges.map(
            ([start, length]) => ({ kind: 'remove', start, end: start + length }) as const,
          )
          const expected = [...latin]
            .filter((_, index) => !edits.some((each) => index >= each.start && index < each.end))
            .join('')
          assert.equal(await send(latin, edits, false), expected)
          assert.equal(await send(latin, edits, true), expected)
        },
      ),
      { numRuns: 100 },
    )
  })

  test('stuffing: what is sent is what a server takes out again', () => {
    const piece = fc.string({ unit: fc.constantFrom('a', '.', '\r\n', '\r\n.'), maxLength: 12 })
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const stuffing = new DotStuffing()
        const wire =
          pieces
            .flatMap((each) => [...stuffing.stuff(Buffer.from(each))])
            .map(String)
            .join('') + stuffing.end()
        const message = pieces.join('')
        const whole = message === '' || message.endsWith('\n') ? message : `${message}\r\n`
        assert.ok(wire.endsWith('.\r\n'))
        assert.equal(wire.slice(0, -3).replace(/(^|\r\n)\./g, '$1'), whole)
        assert.ok(!`\r\n${wire.slice(0, -3)}`.includes('\r\n.\r\n'), 'no end before the end')
      }),
    )
  })
})

test('waits grow along the schedule, the last repeats, and jitter keeps within its share', () => {
  const schedule = { waitsMs: [60_000, 120_000, 240_000], jitter: 0.2 }
  assert.deepEqual(
    [1, 2, 3, 4, 99].map((attempts) => nextWait(schedule, attempts, 0.5)),
    [60_000, 120_000, 240_000, 240_000, 240_000],
  )
  assert.deepEqual([nextWait(schedule, 1, 0), nextWait(schedule, 1, 1)], [48_000, 72_000])
})

describe('a hop', () => {
  const hop = () => new Hop('inbound smtp://a', parseNextHop('smtp://a'))

  test('opens more connections with success, fewer with trouble, and one at a time when it was down', () => {
    const each = hop()
    assert.equal(each.hasRoom(0, 20), true)
    for (let i = 0; i < 30; i++) each.succeeded(i, 20)
    assert.equal(each.window, 20)
    each.busy = 20
    assert.equal(each.hasRoom(0, 20), false)
    each.busy = 0
    assert.equal(each.failed(100, null, 1000), true)
    assert.equal(each.hasRoom(1099, 20), false)
    assert.equal(each.hasRoom(1100, 20), true)
    each.busy = 1
    assert.equal(each.hasRoom(1100, 20), false, 'one try at a time')
    assert.equal(each.succeeded(1200, 20), true)
    assert.equal(each.window, 2)
  })

  test('leaves half of its connections where the server wants fewer, once for all tries under way', () => {
    const each = hop()
    for (let i = 0; i < 30; i++) each.succeeded(i, 8)
    for (each.busy = 8; each.busy > 2; each.busy--) each.narrow(100, 50)
    assert.equal(each.window, 4)
    each.busy = 4
    each.narrow(200, 150)
    each.succeeded(201, 8)
    assert.equal(each.window, 2, 'and it stays so for a while')
    each.busy = 2
    each.narrow(300, 250)
    assert.equal(each.window, 1)
  })

  test('tries that fail together count once', () => {
    const each = hop()
    each.failed(100, null, 1000)
    each.failed(101, null, 1000)
    assert.deepEqual([each.failures, each.downUntil], [1, 1100])
    each.failed(1100, null, 5000)
    assert.deepEqual([each.failures, each.downUntil], [2, 6100])
  })

  test('is tried at once when somebody asks, once', () => {
    const each = hop()
    each.failed(100, null, 1000)
    each.tryAgain(100)
    assert.equal(each.hasRoom(300, 20), false, 'the try that failed was begun no earlier')
    each.tryAgain(200)
    assert.equal(each.hasRoom(300, 20), true)
    each.failed(400, null, 1000, 300)
    each.tryAgain(200)
    assert.equal(each.hasRoom(500, 20), false, 'that try has been made')
  })

  test('keeps its pace', () => {
    const each = hop()
    let sent = 0
    for (let now = 0; now < 60_000; now += 100) if (each.takePace(now, 60) === 0) sent += 1
    assert.ok(sent >= 58 && sent <= 61, `${sent} in a minute at a pace of 60`)
  })
})

test('new mail and mail that waited take turns in a lane', () => {
  const lane = new LaneQueue('inbound|t|d')
  const job = (id: string) => ({ lane: 'inbound|t|d', message: { id }, recipients: [] }) as unknown as Job
  for (const id of ['old1', 'old2', 'old3']) lane.add(job(id), 'store')
  for (const id of ['new1', 'new2']) lane.add(job(id), 'hand-over')
  const order = []
  for (let next = lane.next(); next; next = lane.next()) order.push(next.message.id)
  assert.deepEqual(order, ['old1', 'new1', 'old2', 'new2', 'old3'])
})

describe('targets', () => {
  const target = (ip: string): Target => ({
    protocol: 'smtp',
    host: ip,
    ip,
    port: 25,
    tls: 'never',
    identity: null,
  })
  const [a, b] = [target('192.0.2.1'), target('192.0.2.2')]

  test('one that fails is out at once, comes back later, and grows to its share', () => {
    let now = 1_000_000
    let seed = 1
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647
      return seed / 2_147_483_647
    }
    const health = new TargetHealth(300_000, () => now, random)
    const firsts = () =>
      Array.from({ length: 1000 }, () => health.order([a, b])[0]?.ip).filter((ip) => ip === a.ip).length
    health.failed(a)
    assert.equal(firsts(), 0)
    assert.deepEqual(health.out([a, b]), [a])
    now += 16_000
    health.succeeded(a, 10)
    const early = firsts()
    now += 150_000
    const half = firsts()
    now += 200_000
    const full = firsts()
    assert.ok(early > 20 && early < 200, `a tenth of its share: ${early}`)
    assert.ok(half > early && half < full, `growing: ${early} ${half} ${full}`)
    assert.ok(full > 420 && full < 580, `all of its share: ${full}`)
  })

  test('tries that fail together count once; each trial that fails doubles the time', () => {
    let now = 0
    const health = new TargetHealth(300_000, () => now, Math.random)
    for (const ms of [15_000, 30_000, 60_000]) {
      for (let i = 0; i < 20; i++) health.failed(a)
      now += ms - 1
      assert.deepEqual(health.out([a, b]), [a])
      now += 1
      assert.deepEqual(health.out([a, b]), [])
    }
  })

  test('one that takes more than twice as long as its peers is out', () => {
    const health = new TargetHealth(300_000, () => 0, Math.random)
    for (let i = 0; i < 30; i++) {
      health.succeeded(a, 900)
      health.succeeded(b, 200)
    }
    assert.equal(health.ejectSlowest([a, b]), a)
    assert.equal(health.ejectSlowest([a, b]), null, 'the last one stays')
  })

  test('one moment in which everything under way was slow takes nobody out', () => {
    const health = new TargetHealth(300_000, () => 0, Math.random)
    for (let i = 0; i < 20; i++) {
      health.succeeded(a, i < 8 ? 900 : 20)
      health.succeeded(b, 20)
    }
    assert.equal(health.ejectSlowest([a, b]), null)
  })

  test('one of a few messages that a busy machine holds up now and then stays, though its others take it a little longer', () => {
    let now = 0
    const health = new TargetHealth(300_000, () => now, Math.random)
    for (let i = 0; i < 20; i++) {
      now += 500
      health.succeeded(a, i % 10 === 5 ? 240 : 5)
      health.succeeded(b, 2)
    }
    assert.equal(health.ejectSlowest([a, b]), null)
  })

  test('one that had such a moment hides no other that is slow', () => {
    const [c, d] = [
      { ...a, ip: '192.0.2.3' },
      { ...a, ip: '192.0.2.4' },
    ]
    const health = new TargetHealth(300_000, () => 0, Math.random)
    for (let i = 0; i < 20; i++) {
      health.succeeded(a, i < 8 ? 5000 : 20)
      health.succeeded(b, 900)
      health.succeeded(c, 20)
      health.succeeded(d, 20)
    }
    assert.equal(health.ejectSlowest([a, b, c, d]), b)
    assert.equal(health.ejectSlowest([a, b, c, d]), null)
  })

  test('one of whose workers some are stuck is out, though its middle message is fast', () => {
    let now = 0
    const health = new TargetHealth(300_000, () => now, Math.random)
    for (let i = 0; i < 40; i++) {
      now += 1500
      health.succeeded(a, i % 10 < 3 ? 30_000 : 20)
      health.succeeded(b, 20)
    }
    assert.equal(health.ejectSlowest([a, b]), a)
  })
})
