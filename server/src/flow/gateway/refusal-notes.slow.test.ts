import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, mock, test } from 'node:test'
import { createSilentLog } from '#ground/platform/log.ts'
import { StoreError } from '#ground/platform/store-error.ts'
import { waitUntil } from '../../../../tests/harness/wait-until.ts'
import type { Refusal } from './refusal-log.ts'
import { RefusalNotes } from './refusal-notes.ts'
import { replies } from './replies.ts'
import type { Session } from './session.ts'

/** As much of a session as a refusal tells of. */
const session = {
  client: { ip: '192.0.2.1', port: 1, helo: 'x.example', esmtp: true, tls: null },
  transaction: null,
} as unknown as Session

function open(
  clock = { now: () => Date.now() },
  fault: () => StoreError | null = () => null,
  before: (size: number) => unknown = () => undefined,
  errors = createSilentLog(),
): { notes: RefusalNotes; written: Refusal[] } {
  const written: Refusal[] = []
  const log = {
    recordRefusals: async (refusals: readonly Refusal[]) => {
      await before(refusals.length)
      const cause = fault()
      if (cause) throw cause
      written.push(...refusals)
    },
  }
  let count = 0
  const newId = () => `n${count++}`
  return { notes: new RefusalNotes(log, clock, errors, newId, () => undefined), written }
}

describe('refusals for the ledger', () => {
  test('each is written within a moment, also when another was a moment ago', async () => {
    const { notes, written } = open()
    for (const reason of ['one', 'two', 'three']) {
      notes.note(session, { stage: 'mail', reason, reply: replies.notTrusted })
      // Far above the fifth of a second that is meant, far below the ten seconds of a count.
      await waitUntil(reason, () => written.at(-1)?.reason === reason, 5000)
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
    await notes.close()
    assert.equal(written.length, 3)
  })

  test('what is refused while the store is away is written when it is back, each once and in order', async () => {
    let code: StoreError['code'] | null = 'away'
    let tries = 0
    const { notes, written } = open(undefined, () => {
      tries += 1
      return code && new StoreError(code, 'disk I/O error')
    })
    const names = ['one', 'two', 'three', 'four']
    for (const reason of names) {
      notes.note(session, { stage: 'rcpt', reason, reply: replies.notTrusted })
      const before = tries
      await waitUntil('it was tried', () => tries > before)
      code = tries % 2 === 0 ? 'busy' : 'away'
    }
    assert.deepEqual(written, [])
    code = null
    await waitUntil('they are written', () => written.length >= names.length)
    await notes.close()
    assert.deepEqual(
      written.map(({ reason }) => reason),
      names,
    )
  })

  test('what has gathered goes to the store in pieces, and only the piece that fails comes again', async () => {
    const sizes: number[] = []
    let code: StoreError['code'] | null = null
    const { notes, written } = open(
      undefined,
      () => code && new StoreError(code, 'x'),
      (size) => {
        sizes.push(size)
        code = sizes.length === 2 ? 'away' : null
      },
    )
    const names = Array.from({ length: 1200 }, (_each, i) => `reason-${i}`)
    for (const reason of names) notes.note(session, { stage: 'rcpt', reason, reply: replies.notTrusted })
    await waitUntil('all are written', () => written.length >= names.length)
    await notes.close()
    assert.deepEqual(sizes, [500, 500, 500, 200])
    assert.deepEqual(
      written.map(({ reason }) => reason),
      names,
    )
  })

  describe('between two tries', () => {
    /** Lets everything go on that waits for no timer. */
    const settle = () => new Promise((resolve) => setImmediate(resolve))
    async function pass(ms: number): Promise<void> {
      mock.timers.tick(ms)
      await settle()
    }
    beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'] }))
    afterEach(() => mock.timers.reset())

    const pauses: readonly [StoreError['code'], number][] = [
      ['away', 1000],
      ['busy', 1000],
      ['full', 30_000],
    ]
    for (const [code, pauseMs] of pauses)
      test(`a store that is ${code} has ${pauseMs / 1000} s of rest, whatever is refused meanwhile`, async () => {
        let [tries, isWell] = [0, false]
        const { notes, written } = open(undefined, () => {
          tries += 1
          return isWell ? null : new StoreError(code, 'x')
        })
        const note = () => notes.note(session, { stage: 'rcpt', reason: 'one', reply: replies.notTrusted })
        note()
        await pass(200)
        assert.equal(tries, 1)
        note()
        // Counts of what is alike are looked at every ten seconds: no reason to try.
        for (let passed = 0; passed < pauseMs - 200; passed += 200) await pass(200)
        note()
        assert.equal(tries, 1)
        isWell = true
        await pass(200)
        assert.deepEqual([tries, written.length], [2, 3])
        await notes.close()
      })

    test('a write that hangs is waited for by all that comes meanwhile, and what it drops is told', async () => {
      const hanging = Promise.withResolvers<null>()
      let tries = 0
      const lost: unknown[] = []
      const errors = {
        ...createSilentLog(),
        warn: (facts: object) => lost.push((facts as { lost: number }).lost),
      }
      const { notes, written } = open(
        undefined,
        () => null,
        () => {
          tries += 1
          return hanging.promise
        },
        errors,
      )
      const note = (reason: string) =>
        notes.note(session, { stage: 'rcpt', reason, reply: replies.notTrusted })
      note('first')
      await pass(200)
      for (let i = 0; i < 20_003; i++) note(`reason-${i}`)
      for (let i = 0; i < 20; i++) await pass(200)
      assert.equal(tries, 1)
      hanging.resolve(null)
      await settle()
      assert.deepEqual(lost, [3])
      await notes.close()
      assert.deepEqual([written.length, tries, written[1]?.reason], [20_001, 41, 'reason-3'])
    })
  })

  for (const each of ['failed', 'damaged'] as const)
    test(`what the store cannot take for what it is (${each}) keeps up nothing that comes after it`, async () => {
      let code: StoreError['code'] | null = each
      const { notes, written } = open(undefined, () => code && new StoreError(code, 'no such column'))
      notes.note(session, { stage: 'rcpt', reason: 'one', reply: replies.notTrusted })
      await notes.flush()
      code = null
      notes.note(session, { stage: 'rcpt', reason: 'two', reply: replies.notTrusted })
      await notes.close()
      assert.deepEqual(
        written.map(({ reason }) => reason),
        ['two'],
      )
    })

  test('a flood of one kind becomes thirty lines and a count', async () => {
    const { notes, written } = open()
    for (let i = 0; i < 1000; i++)
      notes.note(session, { stage: 'rcpt', reason: 'unknown-recipient', reply: replies.noValidRecipients })
    await notes.close()
    assert.equal(written.length, 31)
    assert.deepEqual(written.at(-1)?.detail, { alikeInTheSameMinute: 970 })
  })

  for (const [stage, reason] of [
    ['message', 'dmarc-temperror'],
    ['rcpt', 'spool-slow'],
    ['rcpt', 'directory-unavailable'],
  ] as const)
    test(`${reason}: those that are to come again are listed each, up to a thousand a minute`, async () => {
      const { notes, written } = open()
      for (let i = 0; i < 1200; i++)
        notes.note(session, { stage, reason, reply: { ...replies.notTrusted, code: 451 } })
      await notes.close()
      assert.equal(written.length, 1001)
      assert.deepEqual(written.at(-1)?.detail, { alikeInTheSameMinute: 200 })
    })

  test('a whole message that is refused is a line for each tenant, with its recipients alone', async () => {
    const { notes, written } = open()
    const recipients = [
      { tenant: 'one', rcptTo: 'a@one.example' },
      { tenant: 'two', rcptTo: 'b@two.example' },
      { tenant: 'one', rcptTo: 'c@one.example' },
    ]
    const severalTenants = {
      ...session,
      transaction: { mailFrom: 'x@y.example', recipients },
    } as unknown as Session
    notes.note(severalTenants, {
      stage: 'message',
      reason: 'dmarc-fail',
      reply: { ...replies.notTrusted, text: 'no [0123456789abcdef]' },
    })
    await notes.close()
    assert.deepEqual(
      written.map((each) => [each.id, each.tenant, each.rcptTo, each.mailFrom]),
      [
        ['0123456789abcdef', 'one', 'a@one.example, c@one.example', 'x@y.example'],
        ['n0', 'two', 'b@two.example', 'x@y.example'],
      ],
    )
  })
})
