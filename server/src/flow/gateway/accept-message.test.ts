import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AcceptOptions, createAcceptMessage } from './accept-message.ts'
import type { Session } from './session.ts'
import type { Transaction } from './session-state.ts'

const id = '0123456789abcdef'

test('mail of a mailbox that looks stolen, and is not inspected yet, is refused with an id that the trace knows', async () => {
  const noted: { reason: string; text: string }[] = []
  const sending = {
    sender: 'a@one.test',
    tenant: 'one',
    instance: 'p',
    recipients: 1,
    at: 1,
    suspect: ['much'],
  }
  const options = {
    bodies: { discard: () => undefined },
    resubmissions: { once: async (_key: unknown, work: () => Promise<unknown>) => work() },
    clock: { now: () => 1 },
    watchSender: { note: async () => sending, giveBack: () => undefined },
    inspect: async () => ({ kind: 'unfinished', why: 'a scanner is away' }),
    noteSuspect: async () => undefined,
    refusals: {
      note: (_session: unknown, { reason, reply }: { reason: string; reply: { text: string } }) =>
        noted.push({ reason, text: reply.text }),
    },
    settings: { 'site.host': 'mx.site.test' },
    log: { info: () => undefined, warn: () => undefined, error: assert.fail },
  } as unknown as AcceptOptions
  const session = { client: { ip: '192.0.2.1' } } as Session
  const recipient = { rcptTo: 'x@far.test', domain: 'far.test', tenant: 'one' }
  const transaction = { id, mailFrom: 'a@one.test', recipients: [recipient] } as unknown as Transaction
  const writer = { finish: async () => ({ kind: 'inline', bytes: Buffer.from('') }), abort: () => undefined }
  const accept = createAcceptMessage(options)
  const reply = await accept(session, transaction, writer as never)
  assert.equal(reply.code, 451)
  assert.deepEqual(noted, [{ reason: 'sending-suspended', text: reply.text }])
  assert.ok(reply.text.includes(`[${id}]`))
})
