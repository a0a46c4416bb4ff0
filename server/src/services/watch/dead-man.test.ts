import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Alarms } from '#ground/platform/alarms.ts'
import { DeadMan } from './dead-man.ts'

function house() {
  const open = new Set<string>()
  const alarms = {
    raise: (name: string, subject: string) => void open.add(`${name} ${subject}`),
    clear: (name: string, subject: string) => void open.delete(`${name} ${subject}`),
  } as unknown as Alarms
  let now = 0
  const deadMan = new DeadMan({ alarms, silentMs: () => 100, lookMs: 10, now: () => now })
  deadMan.expect('statistics', 10)
  deadMan.expect('mail-flow', 50)
  const look = () => {
    deadMan.round()
    return [...open]
  }
  return {
    deadMan,
    /** Looks each 10 ms up to a moment. */
    at(moment: number) {
      while (now + 10 < moment) {
        now += 10
        deadMan.round()
      }
      now = moment
      return look()
    },
    /** Looks at a moment, and not before. */
    wakesAt(moment: number) {
      now = moment
      return look()
    },
  }
}

test('a watcher that says nothing is told once its interval and the limit are over, and no more when it is heard of', () => {
  const { deadMan, at } = house()
  assert.deepEqual(at(110), [])
  assert.deepEqual(at(111), ['watcher-silent statistics'])
  assert.ok(deadMan.isSilent('statistics') && !deadMan.isSilent('mail-flow'))
  deadMan.beat('mail-flow')
  assert.deepEqual(at(160), ['watcher-silent statistics'])
  deadMan.beat('statistics')
  assert.deepEqual(at(161), [])
})

test('a process that stood still itself blames no watcher for the time that it slept', () => {
  const { deadMan, at, wakesAt } = house()
  assert.deepEqual(at(50), [])
  assert.deepEqual(wakesAt(100_000), [])
  deadMan.beat('mail-flow')
  assert.deepEqual(at(100_030), [])
  assert.deepEqual(at(100_060), ['watcher-silent statistics'])
})
