import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type HandedIn, type LoopMail, type MailLoop, runMailLoop } from './run-mail-loop.ts'

const taken: HandedIn = { kind: 'taken', messageId: 'm1', openMs: 5, answerMs: 30 }
const waiting: LoopMail = {
  ...{ state: 'decided', delivery: 'waiting', reason: 'just-accepted', attempts: 0, isUnderWay: false },
  ...{ reply: '', checksMs: 20 },
}

function loopOf(more: Partial<MailLoop>): MailLoop & { readonly dropped: string[] } {
  const dropped: string[] = []
  let now = 1000
  return {
    ...{ handIn: async () => taken, mail: async () => waiting, arrival: async () => null, dropped },
    drop: async (id) => dropped.push(id),
    deadlineMs: 1000,
    now: () => now,
    sleep: async (ms) => {
      now += ms
    },
    ...more,
  }
}

describe('a message of our own', () => {
  test('that comes round has a time for each stage, and leaves nothing behind', async () => {
    const loop = loopOf({ arrival: async () => ({ begunAt: 1040, at: 1050 }) })
    const end = await runMailLoop(loop)
    assert.equal(end.failed, null)
    assert.deepEqual(
      end.steps.map(({ stage, tookMs }) => [stage, tookMs]),
      [
        ['accept', 5],
        ['inspect', 20],
        ['decide', 10],
        ['wait', 40],
        ['deliver', 10],
        ['return', 0],
      ],
    )
    assert.deepEqual(loop.dropped, ['m1'])
  })

  for (const [what, mail, stage] of [
    ['whose checks hang', { state: 'inspecting' }, 'inspect'],
    ['that nobody takes up', {}, 'wait'],
    ['that is being delivered without an end', { isUnderWay: true }, 'deliver'],
    ['that was refused at the end', { attempts: 2, reply: '451 not now' }, 'deliver'],
    ['that was delivered and has not arrived', { delivery: 'delivered' }, 'return'],
    ['that was set aside', { delivery: 'quarantined', reason: 'virus' }, 'decide'],
  ] as const)
    test(`${what} has stopped at ${stage}`, async () => {
      const loop = loopOf({ mail: async () => ({ ...waiting, ...mail }) })
      const end = await runMailLoop(loop)
      assert.equal(end.stage, stage)
      assert.ok(end.failed)
      assert.deepEqual(loop.dropped, ['m1'])
    })

  test('that is lost after its acceptance has stopped at decide', async () => {
    assert.equal((await runMailLoop(loopOf({ mail: async () => null }))).stage, 'decide')
  })

  test('that the door does not take has stopped where the door says', async () => {
    const loop = loopOf({ handIn: async () => ({ kind: 'refused', stage: 'accept', why: '421 no' }) })
    assert.deepEqual(await runMailLoop(loop), { failed: '421 no', stage: 'accept', steps: [] })
    assert.deepEqual(loop.dropped, [])
  })

  test('that is set aside on purpose is looked at and let go; what does not fit fails', async () => {
    const seen: string[] = []
    const aside = (why: string | null) => ({
      lookAndRelease: async (id: string) => {
        seen.push(id)
        return why
      },
    })
    const arrival = async () => (seen.length === 0 ? null : { begunAt: 1005, at: 1006 })
    const mail = async () => ({ ...waiting, delivery: 'quarantined' })
    assert.equal((await runMailLoop(loopOf({ aside: aside(null), arrival, mail }))).failed, null)
    const bad = await runMailLoop(loopOf({ aside: aside('another content'), arrival, mail }))
    assert.deepEqual([bad.failed, bad.stage], ['another content', 'decide'])
    const never = await runMailLoop(loopOf({ aside: aside(null), arrival }))
    assert.equal(never.stage, 'wait')
  })
})
