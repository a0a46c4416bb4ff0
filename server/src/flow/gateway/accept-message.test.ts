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

test('a bounce of a notice is read before it is taken, also where nothing was inspected', async () => {
  const [read, accepted]: [object[], object[]] = [[], []]
  let isAway = false
  const options = {
    bodies: { discard: () => undefined },
    resubmissions: { once: async (_key: unknown, work: () => Promise<unknown>) => work() },
    clock: { now: () => 1 },
    watchSender: { note: async () => null, giveBack: () => undefined },
    inspect: async () => ({ kind: 'unfinished', why: 'inspection runs in another process' }),
    noteNoticeBounce: async (bounce: object) => {
      if (isAway) throw new Error('the store is away')
      read.push(bounce)
    },
    spool: { accept: async ({ deliveries }: { deliveries: object[] }) => accepted.push(...deliveries) },
    refusals: { note: () => undefined },
    settings: { 'site.host': 'mx.site.test', 'submission.sameWithin': 1 },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    defersTemperror: () => false,
    node: 'node-1',
  } as unknown as AcceptOptions
  const client = { ip: '192.0.2.1', port: 1, helo: 'far.test', esmtp: true, tls: null }
  const send = async (bytes: Buffer) => {
    const recipient = { rcptTo: 'n@mx.site.test', domain: 'mx.site.test', tenant: '', policy: {}, notice: id }
    const transaction = { id, mailFrom: '', sender: null, parameters: {}, recipients: [recipient] }
    const writer = { finish: async () => ({ kind: 'inline', bytes }), abort: () => undefined }
    const accept = createAcceptMessage(options)
    return (await accept({ client } as Session, transaction as unknown as Transaction, writer as never)).code
  }
  const bytes = Buffer.from('Subject: gone\r\n\r\n')
  assert.equal(await send(bytes), 250)
  assert.deepEqual(read, [{ id, bytes, at: 1 }])
  assert.deepEqual(
    accepted.map((each) => (each as { reason: string }).reason),
    ['notice-bounce-taken'],
  )
  isAway = true
  assert.equal(await send(bytes), 451)
  assert.equal(await send(Buffer.alloc(200_000)), 552)
  assert.equal(accepted.length, 1, 'what was not read is not taken')
})
