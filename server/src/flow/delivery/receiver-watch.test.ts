import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createAlarms } from '#ground/platform/alarms.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import { DeliveryFault } from './fault.ts'
import { outcomeOf } from './outcome.ts'
import { ReceiverWatch } from './receiver-watch.ts'

const taken = outcomeOf({ code: 250, enhanced: '2.0.0', text: 'ok' }, 'final')
const busy = outcomeOf({ code: 451, enhanced: '4.3.2', text: 'Server busy' }, 'rcpt')
const away = outcomeOf(new DeliveryFault('connect', 'timeout', 'no answer'), 'connect')
const full = outcomeOf({ code: 452, enhanced: '4.2.2', text: 'Mailbox full' }, 'rcpt')

function open() {
  let now = 1_800_000_000_000
  const clock = { now: () => now }
  const alarms = createAlarms(clock, createSilentLog())
  const watch = new ReceiverWatch(alarms, clock)
  return {
    alarms: () => alarms.open().map(({ name, subject }) => `${name} ${subject}`),
    text: () => alarms.open()[0]?.text ?? '',
    tries(receiver: string, outcomes: readonly (typeof taken)[], everyMs = 1000) {
      for (const [n, each] of outcomes.entries()) {
        now += everyMs
        watch.note(receiver, `d${n % 3}.test`, each)
      }
    },
  }
}

const times = <Value>(many: number, value: Value): Value[] => Array.from({ length: many }, () => value)

describe('ReceiverWatch', () => {
  it('names a receiver that fails while others take mail, with its domains, and ends when it is well again', () => {
    const it = open()
    it.tries('calm.test', times(20, taken))
    const upstream =
      /^upstream, our service works: big\.test takes \d+ % of our tries, others 100 %; (since 2027-01-15 .*), mail for 3 domains waits: (.*)$/
    const said = () => upstream.exec(it.text())?.slice(1) ?? [it.text()]
    it.tries('big.test', [...times(5, taken), ...times(5, busy)])
    assert.deepEqual(it.alarms(), ['receiver-trouble big.test'])
    const [since, words] = said()
    assert.equal(words, '451 Server busy')
    it.tries('big.test', times(5, away))
    assert.deepEqual(it.alarms(), ['receiver-trouble big.test'])
    assert.deepEqual(said(), [since, 'no answer'], 'as it is now, of the same trouble')
    it.tries('big.test', times(150, taken), 2000)
    assert.deepEqual(it.alarms(), [])
  })

  it('needs few tries, since a receiver that is away gets few, and notices three in ten of many', () => {
    const seldom = open()
    const calm = () => seldom.tries('calm.test', times(6, taken), 10)
    seldom.tries('big.test', times(500, taken), 100)
    calm()
    seldom.tries('big.test', times(2, away), 45_000)
    assert.deepEqual(seldom.alarms(), [])
    calm()
    seldom.tries('big.test', times(1, away), 45_000)
    assert.deepEqual(seldom.alarms(), ['receiver-trouble big.test'])
    seldom.tries('big.test', times(20, taken), 100)
    assert.deepEqual(seldom.alarms(), [], 'twenty in a row: it is back')
    const some = open()
    some.tries('calm.test', times(50, taken))
    some.tries('big.test', times(20, [taken, taken, busy]).flat())
    assert.deepEqual(some.alarms(), ['receiver-trouble big.test'])
  })

  it('says nothing where everything fails, and nothing for what is said of recipients', () => {
    const it = open()
    it.tries('one.test', times(4, away))
    it.tries('two.test', times(3, away))
    it.tries('three.test', times(4, away))
    it.tries('one.test', times(20, away))
    assert.deepEqual(it.alarms(), [])
    const other = open()
    other.tries('big.test', times(50, full))
    assert.deepEqual(other.alarms(), [])
  })
})
