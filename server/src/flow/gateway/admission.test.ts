import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { loadConfig } from '#ground/platform/config/load-config.ts'
import { Admission, type Vitals } from './admission.ts'

const well: Vitals = {
  diskPercent: () => 10,
  diskFree: () => 1e12,
  storeStalledMs: () => 0,
  memoryBytes: () => 0,
  outboundWaiting: () => 0,
  inspectionLoad: () => 0,
}

function open(vitals: Partial<Vitals>, clock = { now: 0 }): Admission {
  const { config } = loadConfig(null, {})
  return new Admission(
    () => config,
    { ...well, ...vitals },
    () => clock.now,
  )
}

describe('whether new mail is welcome (GW-33)', () => {
  test('each shortage has its word, and room is counted with the size that was named', () => {
    assert.equal(open({}).mayAccept(0), null)
    assert.equal(open({ diskPercent: () => 95 }).mayAccept(0), 'disk-full')
    assert.equal(open({ diskFree: () => 100e6 }).mayAccept(0), null)
    assert.equal(open({ diskFree: () => 100e6 }).mayAccept(50e6), 'disk-full')
    assert.equal(open({ storeStalledMs: () => 2001 }).mayAccept(0), 'spool-slow')
    assert.equal(open({ memoryBytes: () => 2 ** 31 }).mayAccept(0), 'overloaded')
    assert.equal(open({ inspectionLoad: () => 1 }).mayAccept(0), 'overloaded')
  })

  test('under pressure the loudest tenant waits, the quiet ones do not', () => {
    let load = 0.9
    const clock = { now: 0 }
    const admission = open({ inspectionLoad: () => load }, clock)
    let refused = 0
    for (let second = 0; second < 20; second++) {
      clock.now += 1000
      for (let i = 0; i < 50; i++) if (!admission.mayTake('loud')) refused += 1
      for (const quiet of ['one', 'two', 'three'])
        assert.equal(admission.mayTake(quiet), true, `${quiet} at ${second}`)
    }
    assert.ok(refused > 900, `${refused} of 1000 were refused`)
    load = 0.5
    assert.equal(admission.mayTake('loud'), true, 'without pressure everybody is welcome')
    load = 0.9
    assert.equal(admission.mayTake('loud'), false)
    clock.now += 120_000
    assert.equal(admission.mayTake('loud'), true, 'what was long ago is forgotten')
  })

  test('it is the loud one of two as well, and never one that has hardly said anything', () => {
    const clock = { now: 0 }
    const admission = open({ inspectionLoad: () => 0.9 }, clock)
    for (let i = 0; i < 200; i++) admission.mayTake(`silent${i}`)
    clock.now += 60_000
    assert.equal(admission.mayTake('quiet'), true)
    for (let i = 0; i < 100; i++) admission.mayTake('loud')
    assert.equal(admission.mayTake('loud'), false)
    assert.equal(admission.mayTake('quiet'), true)
  })

  test('a tenant that is alone has the whole node', () => {
    const admission = open({ inspectionLoad: () => 0.99 })
    for (let i = 0; i < 1000; i++) assert.equal(admission.mayTake('only'), true)
  })
})
