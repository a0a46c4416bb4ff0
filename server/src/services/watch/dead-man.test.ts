import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Alarms } from '#ground/platform/alarms.ts'
import { DeadMan } from './dead-man.ts'

test('a watcher that says nothing is told once its interval and the limit are over, and no more when it is heard of', () => {
  const open = new Set<string>()
  const alarms = {
    raise: (name: string, subject: string) => void open.add(`${name} ${subject}`),
    clear: (name: string, subject: string) => void open.delete(`${name} ${subject}`),
  } as unknown as Alarms
  let now = 0
  const deadMan = new DeadMan({ alarms, silentMs: () => 100, now: () => now })
  deadMan.expect('statistics', 10)
  deadMan.expect('mail-flow', 50)
  const at = (moment: number) => {
    now = moment
    deadMan.round()
    return [...open]
  }
  assert.deepEqual(at(110), [])
  assert.deepEqual(at(111), ['watcher-silent statistics'])
  assert.ok(deadMan.isSilent('statistics') && !deadMan.isSilent('mail-flow'))
  deadMan.beat('mail-flow')
  assert.deepEqual(at(160), ['watcher-silent statistics'])
  deadMan.beat('statistics')
  assert.deepEqual(at(161), [])
})
