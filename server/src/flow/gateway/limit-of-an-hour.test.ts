import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { InspectionEnd } from '#flow/inspection/inspection-job.ts'
import { defaultPolicy } from '#flow/inspection/verdict.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import { type AcceptOptions, createAcceptMessage } from './accept-message.ts'
import { type FakeSession, openSession } from './fake-session.ts'
import { defaultOutbound } from './outbound-policy.ts'
import { Resubmissions } from './resubmissions.ts'
import { SendingVolume } from './sending-volume.ts'
import type { Transaction } from './session-state.ts'
import type { VolumeSource } from './volume-source.ts'
import { WatchSender } from './watch-sender.ts'

const anna = 'anna@example.test'
const hourMs = 3_600_000
const unfinished: InspectionEnd = { kind: 'unfinished', why: 'it takes long' }
const suspicious = {
  ...{ day: 0, usualHour: 0, usualDay: 0, vouched: 0, looked: 60, strangers: 60, settled: 60, refused: 60 },
  isNewNetwork: true,
}

/** What stands behind the final dot, with a spool that takes everything. */
function world({ perHour = 0 }: { perHour?: number }) {
  const fake: FakeSession = openSession()
  const { clock, bodies, refusals, settings } = fake.session.context
  const taken: string[] = []
  const times = { now: 10 * hourMs }
  const volume = new SendingVolume({ now: () => times.now }, { pulse: () => undefined })
  const outbound = { ...defaultOutbound, perHour }
  const source = { figures: async () => suspicious } as unknown as VolumeSource
  const watchSender = new WatchSender({
    ...{ volume, source, policyOf: () => outbound, instance: 'mine', now: () => times.now },
    log: createSilentLog(),
  })
  const state = { inspect: async () => unfinished, isAway: false }
  const accept = createAcceptMessage({
    ...{ settings, clock, bodies, refusals, volume, watchSender, node: 'n', log: createSilentLog() },
    inspect: () => state.inspect(),
    noteSuspect: async () => undefined,
    resubmissions: new Resubmissions({ submitted: async () => null }, clock, () => 0),
    defersTemperror: () => true,
    spool: {
      accept: async ({ message }: { message: { id: string } }) => {
        if (state.isAway) throw new Error('the store is away')
        taken.push(message.id)
      },
    },
  } as unknown as AcceptOptions)
  const send = async (id: string, recipients: number) => {
    const transaction = {
      ...{ id, mailFrom: anna, declaredSize: 0, body: null, chunked: false },
      parameters: { smtputf8: false },
      sender: { by: 'login', name: anna, tenant: 'acme', domains: null, addresses: [anna] },
      recipients: Array.from({ length: recipients }, (_, n) => ({
        ...{ rcptTo: `x${n}@far.test`, tenant: 'acme', domain: 'far.test', policy: defaultPolicy, outbound },
        dsn: { notify: null, orcpt: null },
      })),
    } as unknown as Transaction
    const body = bodies.create(id)
    body.write(Buffer.from('Subject: hello\r\n\r\nhello\r\n'))
    return accept(fake.session, transaction, body)
  }
  const refused = async () => {
    await refusals.flush()
    return fake.refused.map(({ stage, reason, code, text }) => `${stage} ${reason} ${code} ${text}`)
  }
  return { send, refused, taken, volume, state, times }
}

describe('what senders of ours may send', () => {
  test('messages that come at a time pass the limit of an hour no more than those that follow each other', async () => {
    const { send, refused, taken, volume } = world({ perHour: 25 })
    const replies = await Promise.all(['m1', 'm2', 'm3'].map((id) => send(id, 15)))
    assert.deepEqual(
      replies.map(({ code }) => code),
      [250, 451, 451],
    )
    assert.deepEqual(taken, ['m1'])
    assert.equal(volume.count(anna), 15, 'the others are not counted')
    const lines = await refused()
    assert.equal(lines.length, 2)
    assert.match(lines[0] ?? '', /^message sending-volume .*25 recipients an hour.*\[m2\]/)
    assert.equal((await send('m4', 10)).code, 250, 'what there is room for')
  })

  test('what is not taken leaves the hour again, however long it took', async () => {
    const { send, volume, state, times } = world({ perHour: 100 })
    state.isAway = true
    state.inspect = async () => {
      times.now += 600_000
      return unfinished
    }
    assert.equal((await send('m1', 15)).code, 451)
    assert.equal(volume.count(anna), 0)
  })
})
