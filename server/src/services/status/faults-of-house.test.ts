import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Alarm } from '#ground/platform/alarms.ts'
import type { Finding } from '#services/watch/finding.ts'
import { openTestSite } from '../../test-site.ts'
import { faultsOfHouse } from './faults-of-house.ts'
import { measureComponents } from './measure-components.ts'
import { putStandardComponents } from './standard-components.ts'
import { standingOf } from './standing.ts'
import { readState } from './status-state.ts'

const noon = Date.parse('2027-06-10T12:00:00Z')
const alarm = (name: string, subject: string): Alarm => ({ name, subject, text: 'it is bad', since: noon })
const hop = 'smtp://mx.customer.example:25'
const facts = { findings: [], ownHops: new Set<string>(), processes: [] }
const turned = (one: Alarm, ...ownHops: readonly string[]) =>
  faultsOfHouse({ ...facts, alarms: [one], ownHops: new Set(ownHops) }).map((each) => each.component)

describe('which alarms are faults of the house', () => {
  test('the next hop of a customer is not, and a server of our own is', () => {
    const down = alarm('next-hop-down', `inbound ${hop}?tls=verify&own=yes`)
    assert.deepEqual(turned(down, 'maildir:/var/mail'), [])
    assert.deepEqual(turned(down, `${hop}?tls=verify&own=yes`), ['gateway-delivery'])
  })

  test('a next hop that only looks like one of ours is not', () => {
    const ours = 'smtp://10.0.0.1:25'
    for (const other of ['smtp://10.0.0.1:2525', 'smtp://110.0.0.1:25', 'smtp://10.0.0.1:25?tls=never'])
      assert.deepEqual(turned(alarm('next-hop-tls', `outbound ${other}`), ours), [], other)
    assert.deepEqual(turned(alarm('next-hop-tls', `outbound ${ours}`), ours), ['gateway-delivery'])
  })

  test('a process that is silent turns what nobody else does', () => {
    const processes = [
      { subject: 'n 1', roles: 'gateway, inspection' },
      { subject: 'n 2', roles: 'delivery' },
      { subject: 'n 3', roles: 'delivery' },
      { subject: 'n 4', roles: 'console, jobs' },
    ]
    const silent = (...pids: readonly number[]) => {
      const alarms = pids.map((pid) => alarm('process-silent', `n ${pid}`))
      return faultsOfHouse({ ...facts, alarms, processes }).map((each) => each.component)
    }
    assert.deepEqual(silent(1), ['gateway', 'gateway-filtering'])
    assert.deepEqual(silent(2), [], 'another one sends')
    assert.deepEqual(silent(2, 3), ['gateway-delivery', 'gateway-delivery'])
    assert.deepEqual(silent(4), ['console'], 'mail does not feel it')
    assert.deepEqual(silent(9), [], 'it has ended')
  })

  test('a paused rule turns nothing, our own door does, and a door of others does not', () => {
    assert.deepEqual(turned(alarm('slow-rule', 'r1')), [])
    assert.deepEqual(turned(alarm('handshake-fails', 'our own door at port 25')), ['gateway'])
    assert.deepEqual(turned(alarm('handshake-fails', 'the next hop mx.customer.example')), [])
  })

  test('what a finding has measured goes with it: beginning, direction, share, stage', () => {
    const finding: Finding = {
      ...{
        kind: 'stage-slow',
        subject: 'deliver node-1 outbound',
        stage: 'deliver',
        node: 'node-1',
        hop: null,
      },
      ...{ direction: 'outbound', cause: 'disk', share: 0.4, since: noon - 90_000, evidence: [] },
    }
    const slow = alarm('stage-slow', finding.subject)
    const [found] = faultsOfHouse({ ...facts, alarms: [slow], findings: [finding] })
    assert.deepEqual(
      [found?.component, found?.direction, found?.share, found?.since],
      ['gateway-delivery', 'outbound', 0.4, noon - 90_000],
    )
    const upstream = { ...finding, cause: 'upstream' as const }
    assert.deepEqual(faultsOfHouse({ ...facts, alarms: [slow], findings: [upstream] }), [])
  })
})

describe('alarms on the public page', () => {
  test('two bad periods turn the component, since the fault began; ten good ones turn it back', async () => {
    using it = openTestSite()
    const { status } = it.site
    await putStandardComponents({ ...it.order, status, at: noon }, { 'links.follow': 'off' })
    const bad = faultsOfHouse({ ...facts, alarms: [alarm('radar-unfinished', 'tests')] })
    let at = noon
    const run = async (periods: number, faults = bad, isWatched = true) => {
      for (let n = 0; n < periods; n++, at += 60_000)
        await measureComponents(
          { status, readProbes: async () => [], readFaults: async () => ({ faults, isWatched }) },
          at + 30_000,
        )
      const state = await readState(status, { name: 'Harbour Post', url: '' }, at)
      const of = (id: string) => standingOf(state.components.find((each) => each.id === id)!, state, at)
      return { radar: of('radar'), news: of('announcements') }
    }
    assert.equal((await run(1)).radar.basis, 'measured', 'one bad period is nothing')
    const { radar, news } = await run(1)
    assert.deepEqual(radar, { state: 'degraded_performance', basis: 'suspected', since: noon })
    assert.deepEqual(news, { state: null, basis: 'unmeasured', since: null }, 'no alarm is no comfort')
    assert.equal((await run(9, [])).radar.basis, 'suspected')
    assert.equal((await run(3, [], false)).radar.basis, 'suspected', 'silence ends nothing')
    assert.equal((await run(10, [])).radar.basis, 'measured')
    assert.equal((await run(5, [])).radar.basis, 'unmeasured', 'afterwards nothing measures it')
  })

  test('definitions that had decided nothing turn nothing', () => {
    const taken = {
      ...alarm('definitions-taken-back', 'v2'),
      text: 'it kept too much; it had decided nothing',
    }
    assert.deepEqual(turned(taken), [])
    assert.deepEqual(turned(alarm('definitions-taken-back', 'v2')), ['gateway-filtering'])
  })
})
