import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
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
): { notes: RefusalNotes; written: Refusal[] } {
  const written: Refusal[] = []
  const log = {
    recordRefusals: async (refusals: readonly Refusal[]) => {
      const cause = fault()
      if (cause) throw cause
      written.push(...refusals)
    },
  }
  let count = 0
  const newId = () => `n${count++}`
  return { notes: new RefusalNotes(log, clock, createSilentLog(), newId, () => undefined), written }
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
      code = tries % 2 === 0 ? 'busy' : 'full'
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

  test('what the store cannot take for what it is keeps up nothing that comes after it', async () => {
    let code: StoreError['code'] | null = 'failed'
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
