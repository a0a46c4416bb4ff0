import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChangeLine, StoreCall } from '#services/directory/directory-store.ts'
import { releaseOwn, type SenderOrder } from './decide-held.ts'

test('who asks for release asks in one transaction with its line in the audit log', async () => {
  const { order } = orderOf('over')
  const told: unknown[] = []
  const recordedChange = async ({ store, method }: StoreCall, lines: readonly ChangeLine[]) =>
    told.push([`${store}.${method}`, ...lines.map(({ what, who }) => `${what} ${who}`)]) === 1
  const asking = {
    ...order,
    directory: { recordedChange },
    settingsOf: () => ({ 'outbound.release': 'request' }),
  }
  assert.equal(await releaseOwn(asking, null), 'asked')
  assert.equal(await releaseOwn(asking, null), 'idle', 'he has asked before')
  assert.deepEqual(told[0], ['held.ask', 'held-asked person:a@one.test'])
})

function orderOf(used: 'right' | 'wrong' | 'over') {
  const sent: string[] = []
  const line = {
    messageId: 'm',
    sender: 'a@one.test',
    tenant: 'one',
    held: 1,
    isJudged: false,
    reason: 'score',
  }
  const order = {
    readHeld: { link: async () => line },
    held: { useCode: async () => used, act: async () => 1 },
    settingsOf: () => ({ 'outbound.release': 'code' }),
    send: async ({ kind }: { kind: string }) => void sent.push(kind),
    times: () => ({ lifeMs: 1 }),
    now: () => 1,
    ...{ secret: 's', ip: '' },
  } as unknown as SenderOrder
  return { order, sent }
}

test('a code is sent where it is asked for, and never for a guess', async () => {
  const asked = orderOf('over')
  assert.equal(await releaseOwn(asked.order, null), 'code')
  assert.deepEqual(asked.sent, ['code'])
  for (const [used, done] of [
    ['wrong', 'wrong-code'],
    ['over', 'over'],
    ['right', 'released'],
  ] as const) {
    const guessed = orderOf(used)
    assert.equal(await releaseOwn(guessed.order, '123456'), done)
    assert.deepEqual(guessed.sent, [])
  }
})
