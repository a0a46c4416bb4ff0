import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Attempt, Job, JobRecipient } from './delivery-store.ts'
import { DeliveryFault } from './fault.ts'
import { settleOverdue } from './overdue.ts'
import { type SettleContext, settle } from './settlement.ts'

const now = 1_800_000_000_000
const day = 86_400_000

function recipient(n: number, more: Partial<JobRecipient> = {}): JobRecipient {
  return {
    n,
    rcptTo: `r${n}@there.example`,
    dsn: { notify: null, orcpt: null },
    attempts: 0,
    reason: 'just-accepted',
    expiresAt: now + day,
    noticeAt: null,
    lastAttempt: null,
    ...more,
  }
}

function job(
  recipients: JobRecipient[],
  mailFrom = 'a@here.example',
  direction: Job['message']['direction'] = 'inbound',
): Job {
  return {
    lane: `${direction}|acme|there.example`,
    recipients,
    message: {
      id: '0000000000000001',
      direction,
      mailFrom,
      parameters: { body: '7BIT', smtputf8: false, ret: null, envid: null },
      size: 20,
      receivedAt: now - 1000,
      edits: [],
    },
  }
}

const returns = {
  host: 'mx.site.example',
  postmaster: 'postmaster@site.example',
  node: 'n',
  newId: () => '0000000000000009',
  lifeMs: day,
  contentKeys: {
    newKeyFor: () => {
      throw new Error('there is no key')
    },
  },
}
const full = Buffer.from('Subject: original\r\n\r\nsecret words\r\n')
const original = () => ({ header: full.subarray(0, 21), full })
const attempt: Attempt = {
  at: now,
  phase: 'rcpt',
  nextHop: 'h',
  host: 'mx.there.example',
  ip: '192.0.2.5',
  localAddress: '',
  tls: '',
  code: 550,
  enhanced: '5.1.1',
  reply: 'no such user',
  tookMs: 1,
}

function context(more: Partial<SettleContext> = {}): SettleContext {
  return {
    owner: 'p',
    now,
    ownHop: false,
    retry: { waitsMs: [60_000, 120_000], jitter: 0 },
    secondTry: [60_000, 600_000, 1_800_000],
    suppressMs: [1000],
    host: '',
    localAddress: '127.0.0.11',
    waitOf: (_outcome, scheduledMs) => scheduledMs,
    hopTriesAgainAt: null,
    lifeMs: day,
    notices: [],
    random: () => 0.5,
    returns,
    original,
    describe: () => attempt,
    hopReports: true,
    mayReturn: true,
    isFinal: false,
    fromName: '',
    ...more,
  }
}

const noticeText = (settlement: { notices: readonly { body: { kind: string } }[] }, index = 0) => {
  const found = settlement.notices[index]?.body as { kind: 'inline'; bytes: Uint8Array } | undefined
  return found ? Buffer.from(found.bytes).toString() : ''
}

describe('what a try leads to', () => {
  test('a notice shows some of its message, and is encrypted where that is; without a key it comes without that', () => {
    const results = new Map([
      [0, { result: { code: 550, enhanced: '5.1.1', text: 'no such user' }, phase: 'rcpt' as const }],
    ])
    const key = { dataKey: Buffer.alloc(32, 1), wrappedKey: { keyId: 'k', wrapped: Buffer.alloc(60) } }
    const encrypted = () => ({ ...original(), isEncrypted: true as const })
    const withKey = { ...returns, contentKeys: { newKeyFor: () => key } }
    for (const [given, shows] of [
      [withKey, true],
      [returns, false],
    ] as const) {
      const each = context({ original: encrypted, returns: given })
      const [notice] = settle(job([recipient(0)]), results, each).settlement.notices
      assert.ok(notice?.body.kind === 'inline')
      const { bytes, dataKey, wrappedKey } = notice.body
      assert.deepEqual({ dataKey, wrappedKey }, shows ? key : { dataKey: undefined, wrappedKey: undefined })
      assert.match(Buffer.from(bytes).toString(), /no such user/)
      assert.equal(Buffer.from(bytes).includes('Subject: original'), shows)
      assert.equal(notice.message.size, bytes.length)
    }
  })

  test('each recipient for itself, and one notice for all that failed', () => {
    const results = new Map([
      [0, { result: { code: 250, enhanced: '2.0.0', text: 'ok' }, phase: 'final' as const }],
      [1, { result: { code: 550, enhanced: '5.1.1', text: 'no such user' }, phase: 'rcpt' as const }],
      [2, { result: { code: 451, enhanced: '4.2.1', text: 'busy' }, phase: 'rcpt' as const }],
      [3, { result: { code: 554, enhanced: '5.7.1', text: 'not you' }, phase: 'final' as const }],
    ])
    const { settlement } = settle(
      job([recipient(0), recipient(1), recipient(2, { attempts: 1 }), recipient(3)]),
      results,
      context(),
    )
    assert.deepEqual(
      settlement.results.map((each) => [each.state, each.reason]),
      [
        ['delivered', 'delivered'],
        ['returned', 'refused-by-receiver'],
        ['waiting', 'deferred'],
        ['returned', 'refused-by-receiver'],
      ],
    )
    assert.equal(settlement.results[2]?.dueAt, now + 120_000)
    assert.equal(settlement.notices.length, 1)
    const text = noticeText(settlement)
    assert.match(text, /Final-Recipient: rfc822; ?r1@there\.example/i)
    assert.match(text, /Final-Recipient: rfc822; ?r3@there\.example/i)
    assert.doesNotMatch(text, /r0@there\.example|r2@there\.example/)
    assert.match(text, /secret words/, 'a short message goes back whole')
    assert.equal(settlement.notices[0]?.body.dataKey, undefined)
    const notice = settlement.notices[0]
    assert.equal(notice?.message.mailFrom, '', 'nobody can answer it with another notice')
    assert.deepEqual(
      notice?.deliveries.map((each) => [each.rcptTo, each.lane]),
      [['a@here.example', 'own|acme|here.example']],
    )
  })

  test('a bounce is never bounced, and who asked not to be told is not', () => {
    const failed = new Map([
      [0, { result: { code: 550, enhanced: '5.1.1', text: 'no' }, phase: 'rcpt' as const }],
    ])
    const bounce = settle(job([recipient(0)], ''), failed, context()).settlement
    assert.deepEqual(
      [bounce.results[0]?.state, bounce.results[0]?.reason, bounce.notices.length],
      ['discarded', 'bounce-of-bounce', 0],
    )
    const silent = settle(
      job([recipient(0, { dsn: { notify: ['never'], orcpt: null } })]),
      failed,
      context(),
    ).settlement
    assert.deepEqual(
      [silent.results[0]?.state, silent.results[0]?.reason, silent.notices.length],
      ['discarded', 'notify-never', 0],
    )
  })

  test('when the hop fails as a whole, the mail stays due; when it is ours, its life grows', () => {
    const fault = new Map([
      [0, { result: new DeliveryFault('connect', 'unreachable', 'refused'), phase: 'connect' as const }],
    ])
    const foreign = settle(
      job([recipient(0, { expiresAt: now + 5 })]),
      fault,
      context({ hopTriesAgainAt: now + 60_000 }),
    ).settlement.results[0]
    assert.deepEqual(
      [foreign?.state, foreign?.reason, foreign?.dueAt, foreign?.expiresAt],
      ['waiting', 'deferred', now, now + 5],
    )
    const own = settle(
      job([recipient(0, { expiresAt: now + 5 })]),
      fault,
      context({ hopTriesAgainAt: now + 60_000, ownHop: true }),
    ).settlement.results[0]
    assert.deepEqual([own?.reason, own?.expiresAt], ['own-hop-down', now + day])
    const loop = settle(
      job([recipient(0, { expiresAt: now + 5 })]),
      new Map([[0, { result: new DeliveryFault('lookup', 'loop', 'us'), phase: 'lookup' as const }]]),
      context({ hopTriesAgainAt: now }),
    ).settlement.results[0]
    assert.deepEqual([loop?.reason, loop?.expiresAt], ['next-hop-is-ourselves', now + day])
    const toCome = settle(
      job([recipient(0, { expiresAt: now + 5 })]),
      new Map([
        [0, { result: new DeliveryFault('lookup', 'route-to-come', 'soon'), phase: 'lookup' as const }],
      ]),
      context({ hopTriesAgainAt: now }),
    ).settlement.results[0]
    assert.deepEqual([toCome?.reason, toCome?.expiresAt], ['route-to-come', now + day])
  })

  test('a next hop of ours that fails in TLS, leads back here or has no address is named so, and its mail lives on', () => {
    for (const [kind, reason] of [
      ['tls', 'tls-fails'],
      ['dns', 'no-route'],
      ['loop', 'next-hop-is-ourselves'],
    ] as const) {
      const fault = {
        result: new DeliveryFault('starttls', kind, 'it has expired'),
        phase: 'starttls' as const,
      }
      const given = job([recipient(0, { expiresAt: now + 5 })])
      const [own] = settle(given, new Map([[0, fault]]), context({ ownHop: true })).settlement.results
      assert.deepEqual([own?.state, own?.reason, own?.expiresAt], ['waiting', reason, now + day])
    }
  })

  test('a part of this platform that refuses to relay keeps mail waiting, a foreign server has said its word', () => {
    const refusal = new Map([
      [
        0,
        {
          result: { code: 554, enhanced: '5.7.1', text: '<b@there.example>: Relay access denied' },
          phase: 'rcpt' as const,
        },
      ],
    ])
    const given = job([recipient(0, { expiresAt: now + 5 })])
    const own = settle(given, refusal, context({ ownHop: true })).settlement
    assert.deepEqual([own.results[0]?.state, own.results[0]?.expiresAt], ['waiting', now + day])
    assert.deepEqual(own.notices, [])
    assert.equal(settle(given, refusal, context()).settlement.results[0]?.state, 'returned')
  })

  test('nothing said about a recipient means that it waits', () => {
    assert.equal(settle(job([recipient(0)]), new Map(), context()).settlement.results[0]?.state, 'waiting')
  })

  test('success is reported where the next hop will not do it', () => {
    const good = new Map([
      [0, { result: { code: 250, enhanced: '2.0.0', text: 'ok' }, phase: 'final' as const }],
    ])
    const asked = job([recipient(0, { dsn: { notify: ['success'], orcpt: null } })])
    assert.equal(settle(asked, good, context()).settlement.notices.length, 0)
    assert.match(
      noticeText(settle(asked, good, context({ hopReports: false })).settlement),
      /Action: relayed/i,
    )
    assert.match(noticeText(settle(asked, good, context({ isFinal: true })).settlement), /Action: delivered/i)
  })

  test('whose sender has a bounce of it: he hears that it arrived after all, by one notice alone', () => {
    const resent = job([
      recipient(0, { owesNews: true, dsn: { notify: ['success', 'failure'], orcpt: null } }),
      recipient(1),
    ])
    const ok = { result: { code: 250, enhanced: '2.0.0', text: 'taken' }, phase: 'final' as const }
    const arrived = (...which: number[]) => new Map(which.map((n) => [n, ok]))
    const { settlement } = settle(resent, arrived(0, 1), context({ hopReports: false, fromName: 'North' }))
    assert.equal(settlement.notices.length, 1)
    const text = noticeText(settlement)
    assert.match(text, /^From: North <postmaster@site\.example>\r$/m)
    assert.match(text, /^Subject: Your message was delivered after all\r$/m)
    assert.match(text, /^Action: delivered\r$/m)
    assert.match(text, /^Final-Recipient: rfc822; r0@there\.example\r$/m)
    assert.doesNotMatch(text, /r1@there/, 'of the others nobody had said that they failed')
    assert.equal(settlement.notices[0]?.message.direction, 'own')
    const silent = settle(job([recipient(0, { owesNews: true })], ''), arrived(0), context())
    assert.equal(silent.settlement.notices.length, 0)
  })
})

describe('mail that waits too long', () => {
  const overdue = {
    owner: 'p',
    now,
    ownFault: null,
    isTried: () => true,
    graceMs: 60_000,
    lifeMs: day,
    notices: [4 * 3_600_000, 24 * 3_600_000],
    returns,
    original,
  }

  test('is returned at the end of its life with the last words of the receiver', () => {
    const settlement = settleOverdue(
      job([recipient(0, { expiresAt: now - 1, lastAttempt: attempt })]),
      overdue,
    )
    assert.deepEqual([settlement.results[0]?.state, settlement.results[0]?.reason], ['returned', 'expired'])
    assert.match(noticeText(settlement), /no such user/)
  })

  test('never for a hop of our own', () => {
    const settlement = settleOverdue(job([recipient(0, { expiresAt: now - 1 })]), {
      ...overdue,
      ownFault: 'own-hop-down',
    })
    assert.deepEqual(
      [settlement.results[0]?.state, settlement.results[0]?.expiresAt, settlement.notices.length],
      ['waiting', now + day, 0],
    )
  })

  test('not before the receiver was asked', () => {
    const settlement = settleOverdue(job([recipient(0, { expiresAt: now - 1 })]), {
      ...overdue,
      isTried: () => false,
    })
    assert.deepEqual(
      [settlement.results[0]?.state, settlement.results[0]?.dueAt, settlement.results[0]?.expiresAt],
      ['waiting', now, now + 60_000],
    )
    assert.deepEqual(settlement.notices, [])
  })

  test('is given back at once when a person says so', () => {
    const settlement = settleOverdue(job([recipient(0, { reason: 'returned-by-hand' })]), {
      ...overdue,
      ownFault: 'own-hop-down',
    })
    assert.deepEqual(
      [settlement.results[0]?.state, settlement.results[0]?.reason],
      ['returned', 'returned-by-hand'],
    )
  })

  test('its sender hears of it at each mark, once', () => {
    const waiting = job(
      [recipient(0, { noticeAt: now - 1, lastAttempt: attempt })],
      'a@here.example',
      'outbound',
    )
    const first = settleOverdue(
      { ...waiting, message: { ...waiting.message, receivedAt: now - 4 * 3_600_000 } },
      overdue,
    )
    assert.match(noticeText(first), /Action: delayed/i)
    assert.equal(first.results[0]?.noticeAt, now + 20 * 3_600_000)
    const last = settleOverdue(
      { ...waiting, message: { ...waiting.message, receivedAt: now - 25 * 3_600_000 } },
      overdue,
    )
    assert.equal(last.results[0]?.noticeAt, null)
  })
})

test('the sender hears nothing of a copy or a redirection that fails, unless a person returns it; no mail is lost', () => {
  const added = (by: 'copy' | 'redirect', more: Partial<JobRecipient>) =>
    recipient(0, { expiresAt: now - 1, terms: { added: { by, rule: 'r', of: 'a@here.example' } }, ...more })
  const byHand = { reason: 'returned-by-hand' } as const
  for (const [by, more, state, reason, told] of [
    ['copy', {}, 'discarded', 'copy-failed', 0],
    ['redirect', {}, 'held', 'not-returned', 0],
    ['copy', byHand, 'discarded', 'copy-failed', 0],
    ['redirect', byHand, 'returned', 'returned-by-hand', 1],
  ] as const) {
    const { results, notices } = settleOverdue(job([added(by, more)]), {
      owner: 'o',
      now,
      ownFault: null,
      isTried: () => true,
      graceMs: 1,
      lifeMs: 1,
      notices: [],
      returns,
      original,
    })
    assert.deepEqual([results[0]?.state, results[0]?.reason, notices.length], [state, reason, told])
    for (const { body } of notices) {
      const text = body.kind === 'inline' ? Buffer.from(body.bytes).toString() : ''
      assert(
        text.includes('a@here.example') && !text.includes('r0@there.example'),
        'names whom the sender wrote to',
      )
    }
  }
})

describe('a refusal of our address (N-13)', () => {
  const listed = { code: 550, enhanced: '5.7.606', text: 'Access denied, banned sending IP [192.0.2.1]' }
  const refusal = new Map([[0, { result: listed, phase: 'rcpt' as const }]])

  test('waits 1, 10 and 30 minutes from the first one before it is the last word', () => {
    let refusedFrom: NonNullable<JobRecipient['refusedFrom']> = []
    const dues: number[] = []
    let at = now
    for (let tries = 0; tries < 3; tries++) {
      const found = settle(job([recipient(0, { refusedFrom })]), refusal, context({ now: at }))
      const result = found.settlement.results[0]
      assert.deepEqual([result?.state, result?.reason], ['waiting', 'address-refused'])
      refusedFrom = result?.refusedFrom ?? []
      dues.push((result?.dueAt ?? 0) - now)
      at = result?.dueAt ?? at
    }
    assert.deepEqual(dues, [60_000, 600_000, 1_800_000])
    const last = settle(job([recipient(0, { refusedFrom })]), refusal, context({ now: at })).settlement
    assert.equal(last.results[0]?.state, 'returned')
    assert.equal(last.notices.length, 1)
  })

  test('is final at once where our own inspection doubts the mail', () => {
    const doubted = job([recipient(0)])
    const found = settle({ ...doubted, message: { ...doubted.message, isDoubted: true } }, refusal, context())
    assert.equal(found.settlement.results[0]?.state, 'returned')
  })

  test('is no way round a judgement of content or of the sender', () => {
    for (const text of ['Message rejected as spam', 'Rejected due to DMARC policy', 'no such user']) {
      const found = settle(
        job([recipient(0)]),
        new Map([[0, { result: { ...listed, text }, phase: 'final' }]]),
        context(),
      )
      assert.equal(found.settlement.results[0]?.state, 'returned', text)
    }
  })

  test('never ends mail where it is temporary', () => {
    const refusedFrom = [1, 2, 3, 4].map((n) => ({ ip: `127.0.0.1${n}`, at: now - 3_600_000 }))
    const temporary = new Map([[0, { result: { ...listed, code: 421 }, phase: 'mail' as const }]])
    const found = settle(job([recipient(0, { refusedFrom })]), temporary, context())
    assert.equal(found.settlement.results[0]?.state, 'waiting')
  })
})

describe('mail to the world that waits', () => {
  const hour = 3_600_000
  const busy: Attempt = {
    ...{ ...attempt, code: 452, enhanced: '4.2.2', reply: 'Over quota', class: 'mailbox-full' as const },
  }
  const notices = [4 * hour, 24 * hour]
  const overdue = (age: number, mailFrom = 'a@here.example') => {
    const waiting = recipient(1, { noticeAt: now, lastAttempt: busy, expiresAt: now + 3 * day })
    const found = job([waiting], mailFrom, 'outbound')
    const late = { ...found, message: { ...found.message, receivedAt: now - age } }
    return settleOverdue(late, {
      ...{ owner: 'p', now, ownFault: null, isTried: () => true, graceMs: 1, lifeMs: 5 * day },
      ...{ notices, returns, original },
    })
  }
  const textOf = ({ notices: [notice] }: ReturnType<typeof overdue>) =>
    notice?.body.kind === 'inline'
      ? Buffer.from(notice.body.bytes).toString().replace(/=\r\n/g, '').replace(/\s+/g, ' ')
      : ''

  test('its sender hears of it after four hours: the words, what they mean, the next try and the end', () => {
    const settlement = overdue(4 * hour)
    assert.equal(settlement.notices.length, 1)
    assert.equal(settlement.notices[0]?.deliveries[0]?.rcptTo, 'a@here.example')
    const text = textOf(settlement)
    assert.match(text, /The mailbox is full\. .*452 4\.2\.2 Over quota/)
    assert.match(text, /The next try is at .* We try again until .*You need not do anything/)
    assert.match(text, /Action: delayed.*Will-Retry-Until:/)
    assert.equal(settlement.results[0]?.noticeAt, now + 20 * hour, 'and once more after a day')
  })

  test('after a day he hears of it for the last time, and nobody hears where there is no sender', () => {
    const settlement = overdue(24 * hour)
    assert.equal(settlement.notices.length, 1)
    assert.equal(settlement.results[0]?.noticeAt, null)
    assert.deepEqual(overdue(4 * hour, '').notices, [])
  })
})
