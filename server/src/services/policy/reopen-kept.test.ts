import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CandidateStore } from './candidate-store.ts'
import { reopenKept } from './reopen-kept.ts'

const [secondMs, hourMs] = [1000, 3_600_000]

/** A trial that was taken back at 0, and what is found of it each time that somebody looks. */
function takenBack(found: (look: number) => readonly string[]) {
  const looks: number[] = []
  const reopened: string[] = []
  let now = 0
  const lookedAt = new Map<string, number>()
  const store = {
    takenBackSince: async (since: number) => (since > 0 ? [] : [{ id: 'trial', since: 0, addedAt: -5 }]),
    async keptBy(_id: string, since: number) {
      assert.equal(since, -5, 'no older mail')
      looks.push(now / secondMs)
      return found(looks.length)
    },
    async reopen(_id: string, messages: readonly string[]) {
      reopened.push(...messages)
      return messages.length
    },
  } as unknown as CandidateStore
  const parts = { candidates: store, readCandidates: store, lookedAt, now: () => now }
  const at = async (seconds: number) => {
    now = seconds * secondMs
    await reopenKept(parts)
  }
  return { at, looks, reopened, lookedAt }
}

test('mail of a trial that was taken back is looked for when that is known, and each minute until none is in hand', async () => {
  const it = takenBack((look) => (look === 2 ? ['late'] : []))
  for (let seconds = 0; seconds <= 1000; seconds++) await it.at(seconds)
  assert.deepEqual(it.looks, [5, ...Array.from({ length: 10 }, (_, n) => 65 + 60 * n)])
  assert.deepEqual(it.reopened, ['late'])
})

test('a process that has just begun looks once, for as long as a day; then the trial is forgotten', async () => {
  const it = takenBack(() => [])
  const hours = (n: number) => (n * hourMs) / secondMs
  for (const each of [20, 20.5, 23.9]) await it.at(hours(each))
  assert.deepEqual(it.looks, [hours(20)])
  await it.at(hours(24.1))
  assert.equal(it.lookedAt.size, 0)
})

test('where a round has not had all of it the next one goes on at once', async () => {
  const many = Array.from({ length: 500 }, (_, n) => `${n}`)
  const it = takenBack((look) => (look < 3 ? many : ['last']))
  for (const seconds of [5, 6, 7, 8]) await it.at(seconds)
  assert.deepEqual(it.looks, [5, 6, 7])
  assert.equal(it.reopened.length, 1001)
})
