import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { placeIn, quietWords, readFirst, readQuiet, readStep } from './alarm-words.ts'

describe('words of the command alarm', () => {
  test('a place is mail, or a program by its address; its form may be named', () => {
    assert.deepEqual(readFirst('a@b.test', undefined, undefined), {
      form: 'mail',
      address: 'a@b.test',
      afterMs: 0,
    })
    assert.equal(readFirst('https://a.test/', undefined, undefined).form, 'webhook')
    assert.equal(readFirst('https://a.test/', 'slack', undefined).form, 'slack')
    assert.throws(() => readFirst('https://a.test/', 'pigeon', undefined), /there is no form pigeon/)
  })

  test('a step has a time and a place', () => {
    assert.deepEqual(readStep('15m=a@b.test'), { form: 'mail', address: 'a@b.test', afterMs: 900_000 })
    assert.deepEqual(readStep('1h=slack=https://a.test/?x=1'), {
      ...{ form: 'slack', address: 'https://a.test/?x=1', afterMs: 3_600_000 },
    })
    assert.deepEqual(readStep('30m=pagerduty=KEY'), { form: 'pagerduty', key: 'KEY', afterMs: 1_800_000 })
    for (const wrong of ['15m', '15=a@b.test', 'a@b.test', '5d=a@b.test'])
      assert.throws(() => readStep(wrong), /is no step such as/)
  })

  test('of two places that are shown alike the one is told no more that is named by its number', () => {
    const hook = (path: string) => ({ form: 'slack' as const, address: `https://a.test/services/${path}` })
    const targets = [{ form: 'mail' as const, address: 'a@b.test' }, hook('ONE/SAME'), hook('TWO/SAME')]
    assert.throws(
      () => placeIn(targets, 'https://a.test/…SAME'),
      /for places 2 and 3: say which by its number/,
    )
    assert.deepEqual([placeIn(targets, '3'), placeIn(targets, 'a@b.test')], [2, 0])
    for (const wrong of ['0', '4', 'b@b.test']) assert.throws(() => placeIn(targets, wrong), /is not told/)
  })

  test('quiet hours have a clock', () => {
    const quiet = readQuiet('22:00-07:00', 'Europe/Berlin', 'sat,sun', false)
    assert.deepEqual(quiet, {
      ...{ from: '22:00', to: '07:00', zone: 'Europe/Berlin', days: ['sat', 'sun'], holdsCritical: false },
    })
    assert.equal(quietWords(quiet), '22:00-07:00 Europe/Berlin sat,sun')
    assert.equal(readQuiet(undefined, undefined, undefined, false), null)
    assert.throws(() => readQuiet('22:00-07:00', undefined, undefined, false), /whose clock/)
    assert.throws(() => readQuiet('at night', 'UTC', undefined, false), /no hours such as/)
    assert.throws(() => readQuiet('22:00-07:00', 'UTC', 'noday', false), /there is no day|is no day/)
    assert.throws(() => readQuiet(undefined, 'UTC', undefined, false), /quiet hours are missing/)
  })
})
