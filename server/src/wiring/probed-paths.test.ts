import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Base } from './base.ts'
import { probedPaths } from './probed-paths.ts'

function pathsOf(listen: string): string[] {
  const config = {
    ...{
      'gateway.listen': [listen],
      'submission.listen': [`${listen.split(':')[0]}:587`],
      'status.listen': [],
    },
    ...{ 'watch.probeEvery': 60_000, 'site.host': 'mx.site.example' },
  }
  const certificates = { stand: { at: null, faults: [] } } as never
  const here = () => ({
    ...{ smtpPorts: [25], submissionPorts: { starttls: [587] }, pages: [], certificates },
  })
  const base = { config, stores: {} } as unknown as Base
  const resolver = { lookup: async () => ({ status: 'none' }) as never }
  const all = probedPaths(
    base,
    { here, resolver, leaving: null, hasJobs: false, roles: ['gateway'] },
    'node-1',
  )()
  return all.map((each) => `${each.component} ${each.path}`)
}

test('two gateways of one node share no path: a good try of one says nothing of the other', () => {
  const [one, two] = [pathsOf('192.0.2.1:25'), pathsOf('192.0.2.2:25')]
  assert.ok(one.includes('inbound door 192.0.2.1:25 of node-1'), one.join('; '))
  assert.equal(new Set([...one, ...two]).size, one.length + two.length)
})

test('the jobs and a gateway of one node ask DNS and reach the disk each by themselves', () => {
  const config = { 'gateway.listen': ['192.0.2.1:25'], 'status.listen': [], 'watch.probeEvery': 60_000 }
  const base = { config, stores: {} } as unknown as Base
  const here = () => ({
    ...{ smtpPorts: [], submissionPorts: { starttls: [] }, pages: [], certificates: {} as never },
  })
  const resolver = { lookup: async () => ({ status: 'none' }) as never }
  const leaving = () => ({ addresses: [], port: 0 })
  const ofRoles = (...roles: string[]) =>
    probedPaths(base, { here, resolver, leaving, hasJobs: true, roles }, 'node-1')()
      .filter(({ component }) => ['dns', 'content', 'outbound'].includes(component))
      .map(({ component, path }) => `${component} ${path}`)
  assert.deepEqual(ofRoles('jobs', 'delivery'), [
    'dns jobs and delivery at node-1',
    'outbound sending addresses jobs and delivery at node-1',
    'content jobs and delivery at node-1',
  ])
  assert.deepEqual(ofRoles('gateway'), [
    'dns by 192.0.2.1:25 at node-1',
    'outbound sending addresses by 192.0.2.1:25 at node-1',
    'content by 192.0.2.1:25 at node-1',
  ])
  assert.equal(ofRoles('delivery')[0], `dns delivery ${process.pid} at node-1`, 'there may be several')
})
