import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAlarms } from './alarms.ts'
import { createSilentLog } from './log.ts'

test('an alarm that stays open says what is so now, and nobody hears of it anew', () => {
  let now = 5
  const alarms = createAlarms({ now: () => now }, createSilentLog())
  const told: string[] = []
  alarms.onChange(({ text }, isOpen) => told.push(`${isOpen ? 'open' : 'over'}: ${text}`))
  alarms.raise('disk-filling', '/data', '90 % full')
  now = 9
  alarms.raise('disk-filling', '/data', '97 % full')
  alarms.raise('disk-filling', '/other', '91 % full')
  assert.deepEqual(alarms.open(), [
    { name: 'disk-filling', subject: '/data', text: '97 % full', since: 5 },
    { name: 'disk-filling', subject: '/other', text: '91 % full', since: 9 },
  ])
  alarms.clear('disk-filling', '/data')
  assert.deepEqual(told, ['open: 90 % full', 'open: 91 % full', 'over: 97 % full'])
})
