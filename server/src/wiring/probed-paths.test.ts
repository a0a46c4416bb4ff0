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
  const all = probedPaths(base, { here, resolver: null, hasJobs: false }, 'node-1')()
  return all.filter((each) => each.component !== 'content').map((each) => `${each.component} ${each.path}`)
}

test('two gateways of one node share no path: a good try of one says nothing of the other', () => {
  const [one, two] = [pathsOf('192.0.2.1:25'), pathsOf('192.0.2.2:25')]
  assert.ok(one.includes('inbound door 192.0.2.1:25 of node-1'), one.join('; '))
  assert.equal(new Set([...one, ...two]).size, one.length + two.length)
})
