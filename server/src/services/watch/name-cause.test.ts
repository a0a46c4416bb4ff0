import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Finding, meanWords } from './finding.ts'
import { type CauseFacts, nameCause, type ToldAlarm } from './name-cause.ts'

const start = 10_000_000
const slow = (stage: Finding['stage'], more: Partial<Finding> = {}): Finding => ({
  ...{ kind: 'stage-slow', subject: `${stage} inbound node-1`, stage, node: 'node-1', hop: null },
  ...{ direction: 'inbound', cause: 'unknown', share: 0.9, since: start },
  evidence: [
    { what: 'within', measured: 90_000, usual: 20, unit: 'ms' },
    { what: meanWords, measured: 9000, usual: null, unit: 'ms' },
  ],
  ...more,
})
const alarm = (name: string, subject: string, more: Partial<ToldAlarm> = {}): ToldAlarm => ({
  ...{
    name,
    subject,
    text: `process 7 of node ${subject} (gateway, inspection)`,
    since: start,
    clearedAt: null,
    instance: 'one',
  },
  ...more,
})
const facts = (more: Partial<CauseFacts> = {}): CauseFacts => ({
  ...{
    now: start + 5000,
    judgedFrom: start + 3000,
    alarms: [],
    found: [],
    hops: [],
    isAlone: () => false,
    isOnlyOne: () => false,
    isOurs: () => true,
    isProviders: () => false,
  },
  slowHop: () => null,
  isWell: () => false,
  ...more,
})
const said = (finding: Finding, given: Partial<CauseFacts>) => {
  const { cause, limit } = nameCause(finding, facts(given))
  return [cause, limit.stage, limit.node, limit.hop]
}

describe('what is behind a finding', () => {
  test('is unknown where nothing speaks for a cause', () => {
    assert.deepEqual(said(slow('accept'), {}), ['unknown', 'accept', 'node-1', null])
  })

  test('is within accepting where inspecting is slow, and what the check asks', () => {
    const found = [slow('accept'), slow('inspect')]
    const alarms = [alarm('check-slow', 'authentication')]
    assert.deepEqual(said(slow('accept'), { found, alarms }), ['dns', 'inspect', null, null])
    assert.equal(said(slow('decide'), { alarms })[0], 'unknown', 'nobody asks DNS there')
  })

  test('is no scanner where DNS leaves results open', () => {
    const open = slow('inspect', { kind: 'temperror-share', subject: 'inbound node-1' })
    for (const scanner of [alarm('scanners-gone', 'antivirus'), alarm('check-slow', 'antivirus')]) {
      assert.equal(said(slow('inspect'), { alarms: [scanner] })[0], 'scanner')
      assert.equal(said(open, { alarms: [scanner] })[0], 'unknown')
      assert.equal(said(open, { alarms: [scanner, alarm('check-slow', 'lists')] })[0], 'dns')
    }
  })

  test('is DNS where it leaves results open again and again: that alarm is not over in between', () => {
    const open = slow('inspect', { kind: 'temperror-share', subject: 'inbound node-1' })
    const alarms = [alarm('authentication-temperror', 'dns', { since: start - 3_600_000 })]
    assert.equal(said(open, { alarms, isAlone: () => true })[0], 'dns')
    assert.equal(said(slow('inspect'), { alarms })[0], 'unknown', 'it says nothing of time')
  })

  test('is nobody who is asked where checks that ask nobody are slow too', () => {
    const alarms = [alarm('check-slow', 'antivirus'), alarm('check-slow', 'parse')]
    assert.equal(said(slow('inspect'), { alarms })[0], 'unknown')
    assert.equal(
      said(slow('inspect'), { alarms: [...alarms, alarm('scanners-gone', 'antivirus')] })[0],
      'scanner',
    )
    assert.equal(said(slow('inspect'), { alarms: [...alarms, alarm('load-high', 'node-1')] })[0], 'load')
  })

  test('is a disk before the lock that others wait for meanwhile, of one node or of all', () => {
    const one = [alarm('disk-slow', 'node-1 7'), alarm('store-locked', 'node-2 8')]
    assert.deepEqual(said(slow('decide'), { alarms: one }), ['disk', 'decide', 'node-1', null])
    const both = [alarm('disk-slow', 'node-1 7'), alarm('disk-slow', 'node-2 8')]
    assert.deepEqual(said(slow('decide'), { alarms: both }), ['disk', 'decide', null, null])
  })

  test('is no lock that a disk made others wait for, as long as that is felt', () => {
    const over = alarm('disk-slow', 'node-1 7', { clearedAt: start + 2000 })
    const alarms = [over, alarm('store-locked', 'node-2 8', { since: start - 1000 })]
    assert.equal(said(slow('decide'), { alarms })[0], 'unknown')
    assert.equal(said(slow('decide'), { alarms, now: start + 60_000 })[0], 'database')
  })

  test('is what was over in the midst of the figures that are judged, and nothing that was over before', () => {
    const over = alarm('disk-slow', 'node-1 7', { clearedAt: start + 4000 })
    assert.equal(said(slow('decide'), { alarms: [over] })[0], 'disk')
    assert.equal(said(slow('decide'), { alarms: [over], judgedFrom: start + 5000 })[0], 'unknown')
  })

  test('is no alarm that was there long before, nor a process that has no part in it', () => {
    const old = [alarm('disk-slow', 'node-1 7', { since: start - 3_600_000 })]
    assert.equal(said(slow('decide'), { alarms: old })[0], 'unknown')
    assert.equal(said(slow('wait'), { alarms: [alarm('process-silent', 'node-1 7')] })[0], 'unknown')
  })

  test('of mail that has waited it is what was wrong while it waited, though that is over', () => {
    const text = 'process 9 of node node-3 (delivery)'
    const over = { text, since: start - 8000, clearedAt: start - 1000 }
    const alarms = [alarm('process-silent', 'node-3 9', over)]
    assert.deepEqual(said(slow('wait'), { alarms }), ['node', 'wait', 'node-3', null])
    const before = [alarm('process-silent', 'node-3 9', { ...over, clearedAt: start - 10_000 })]
    assert.equal(said(slow('wait'), { alarms: before })[0], 'unknown')
  })

  test('of mail that waits ever longer it is nothing that was over before that mail came', () => {
    const over = alarm('next-hop-tls', 'inbound smtp://mx.example:25', {
      ...{ since: start - 60_000, clearedAt: start - 20_000 },
    })
    const evidence = [{ what: meanWords, measured: 30_000, usual: null, unit: 'ms' as const }]
    const now = { judgedFrom: start + 20_000, alarms: [over] }
    assert.equal(said(slow('wait', { evidence }), now)[0], 'unknown')
    assert.equal(said(slow('wait', { evidence }), { ...now, judgedFrom: start + 5000 })[0], 'tls')
  })

  test('is a next hop that takes most of the time, and nobody else’s where mail does not wait', () => {
    const evidence = { what: 'a try', measured: 6000, usual: 20, unit: 'ms' } as const
    const slowHop = () => ({ hop: 'mx.example', evidence })
    assert.deepEqual(said(slow('wait'), { slowHop }), ['next-hop', 'deliver', null, 'mx.example'])
    assert.equal(said(slow('decide'), { slowHop })[0], 'unknown')
    assert.equal(said(slow('wait'), { slowHop, isProviders: () => true })[0], 'upstream')
  })

  test('is what checks wait for, where mail waits for checks that go on behind the answer', () => {
    const waits = slow('wait', { kind: 'queue-grows', subject: 'inbound', node: null, share: null })
    const checks = slow('inspect', { kind: 'incomplete-share', subject: 'inbound node-1' })
    const alarms = [alarm('scanners-gone', 'antivirus')]
    assert.deepEqual(said(waits, { found: [waits, checks], alarms }), ['scanner', 'inspect', null, null])
    assert.equal(said(waits, { found: [waits], alarms })[0], 'unknown', 'checks come to their end')
    assert.equal(said(waits, { found: [waits, checks] })[0], 'unknown', 'nobody knows what they wait for')
  })

  test('is no process that stands still for a moment, where most mail waits for checks', () => {
    const waits = slow('wait', { kind: 'queue-grows', subject: 'inbound', node: null, share: null })
    const checks = slow('inspect', { kind: 'incomplete-share', subject: 'inbound node-1' })
    const text = 'process 9 of node node-3 (delivery)'
    const alarms = [
      alarm('scanners-gone', 'antivirus'),
      alarm('process-halts', 'node-3 9', { text, instance: 'three' }),
    ]
    const found = [waits, checks]
    assert.deepEqual(said(waits, { found, alarms }), ['scanner', 'inspect', null, null])
    const few = [waits, { ...checks, share: 0.1 }]
    assert.deepEqual(said(waits, { found: few, alarms }), ['node', 'wait', 'node-3', null])
  })

  test('is a node that hardly runs, and not what only that node finds slow', () => {
    const halts = alarm('process-halts', 'node-1 7', { instance: 'two' })
    const alarms = [alarm('check-slow', 'antivirus'), halts]
    const isOnlyOne = () => true
    assert.deepEqual(said(slow('inspect'), { alarms, isOnlyOne }), ['node', 'inspect', 'node-1', null])
    assert.equal(said(slow('inspect'), { alarms })[0], 'scanner', 'others find it slow too')
    const all = [...alarms, alarm('process-halts', 'node-2 8')]
    assert.equal(said(slow('inspect'), { alarms: all, isOnlyOne })[0], 'scanner', 'the machine stood still')
  })

  test('is nothing that a process says of others while it hardly runs, unless all stand still', () => {
    const checks = slow('inspect', { kind: 'incomplete-share', subject: 'inbound node-1' })
    const halts = alarm('process-halts', 'node-2 8', { since: start - 2000, instance: 'two' })
    const gone = alarm('scanners-gone', 'antivirus', { instance: 'two' })
    const of = (...alarms: ToldAlarm[]) => said(checks, { alarms })
    assert.deepEqual(of(halts, gone), ['node', 'inspect', 'node-2', null])
    assert.equal(of(halts, { ...gone, instance: 'one' })[0], 'scanner', 'one that runs says so too')
    assert.equal(of(halts, { ...gone, since: start - 3000 })[0], 'scanner', 'it ran when it said so')
    assert.equal(of(halts, gone, alarm('process-halts', 'node-1 7'))[0], 'scanner', 'all stand still')
  })

  test('is the node that was found halting, whatever else is open', () => {
    const halts = slow('wait', { kind: 'node-halts', subject: 'node-2', node: 'node-2', direction: null })
    const alarms = [
      alarm('process-halts', 'node-2 8'),
      alarm('directory-unavailable', 'file'),
      alarm('disk-filling', 'node-1'),
      alarm('next-hop-tls', 'inbound smtp://mx.example:25'),
    ]
    assert.deepEqual(said(halts, { alarms, hops: ['mx.example:25'] }), ['node', 'wait', 'node-2', null])
  })

  test('is TLS of a next hop that a handshake is refused at, and no door of our own', () => {
    const of = (subject: string) => [alarm('handshake-fails', subject)]
    const given = { hops: ['127.0.0.1:2525'], alarms: of('the next hop 127.0.0.1:2525') }
    assert.deepEqual(said(slow('wait'), given), ['tls', 'wait', null, '127.0.0.1:2525'])
    assert.equal(said(slow('wait'), { ...given, alarms: of('our own door at port 25') })[0], 'unknown')
  })

  test('is TLS of the hop that the alarm is about', () => {
    const alarms = [alarm('next-hop-tls', 'inbound smtp://mx.example:25')]
    const given = { alarms, hops: ['other.example', 'mx.example:25'] }
    assert.deepEqual(said(slow('wait'), given), ['tls', 'wait', null, 'mx.example:25'])
    const isWell = (_: string, hop: string) => hop === 'mx.example:25'
    assert.equal(said(slow('wait'), { ...given, isWell })[0], 'unknown', 'mail goes there again')
  })

  test('is a node where others measured the same and did well', () => {
    assert.deepEqual(said(slow('accept'), { isAlone: () => true }), ['node', 'accept', 'node-1', null])
    const other = slow('accept', { kind: 'incomplete-share', node: 'node-2', subject: 'inbound node-2' })
    assert.equal(said(slow('accept'), { isAlone: () => true, found: [other] })[0], 'unknown')
  })
})
