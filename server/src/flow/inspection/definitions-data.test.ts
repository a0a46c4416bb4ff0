import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Check } from './check.ts'
import { type Definitions, type DefinitionsInForce, readDefinitions } from './definitions.ts'
import { inspect } from './inspector.ts'
import { plainSettings } from './plain-settings.ts'

/** A set with a model that says how many points everything has. */
function setOf(version: string, points: number | null): Definitions {
  const file = Buffer.from(String(points))
  const sha256 = file.toString('hex').padEnd(64, '0')
  const data = points === null ? {} : { 'content.model': { sha256, size: file.length } }
  return readDefinitions(JSON.stringify({ version, data }), () => file)
}

let runs = 0
const reader: Check = {
  name: 'reader',
  data: ['content.model'],
  async run(_message, { files }) {
    runs++
    const weight = Number(files?.get('content.model') ?? 10)
    return {
      findings: [{ check: 'reader', code: 'points', weight, text: '' }],
      facts: { versions: { model: weight } },
    }
  },
}
const other: Check = {
  name: 'other',
  async run(_message, { resultOf }) {
    const seen = (await resultOf?.('reader'))?.findings[0]?.weight
    return { findings: [{ check: 'other', code: 'once', weight: 0, text: '', evidence: { seen } }] }
  },
}

async function judge(inForce: DefinitionsInForce) {
  runs = 0
  const outcome = await inspect(
    {
      id: 'm1',
      body: { kind: 'inline', bytes: Buffer.from('Subject: x\r\n\r\ny\r\n') },
      arrival: { ip: '192.0.2.1', helo: 'x', mailFrom: '', rcptTo: [], receivedAt: 0 },
      tenant: '',
    },
    {
      checks: [reader, other],
      resolver: { lookup: () => Promise.reject(new Error('nobody asks')) },
      settings: plainSettings,
      checkBudgetMs: 1000,
      now: () => 0,
      definitions: () => inForce,
    },
  )
  const weights = outcome.findings.map(({ code, weight }) => `${code} ${weight}`)
  return { ...outcome, weights, version: (outcome.facts.versions as { model: number }).model }
}

describe('files of data in definitions', () => {
  const shipped = setOf('v1', null)
  const strict = setOf('v2', 300)

  test('without a trial each check runs once, with the files of the active set', async () => {
    assert.deepEqual((await judge({ active: shipped, trial: null })).weights, ['points 10', 'once 0'])
    const { weights, version } = await judge({ active: strict, trial: null })
    assert.deepEqual([weights, version, runs], [['points 300', 'once 0'], 300, 1])
  })

  test('on trial the checks that read a file which differs run for both sets, and only they', async () => {
    const shadow = await judge({ active: shipped, trial: { definitions: strict, share: 0 } })
    assert.deepEqual([shadow.weights, shadow.version, runs], [['points 10', 'once 0'], 10, 2])
    assert.deepEqual([shadow.trial?.activeHit, shadow.trial?.trialHit], [false, true])
    assert((shadow.timings['reader on trial'] ?? -1) >= 0)
    const canary = await judge({ active: shipped, trial: { definitions: strict, share: 1 } })
    assert.deepEqual([canary.weights, canary.version], [['points 300', 'once 0'], 300])
    assert.deepEqual([canary.trial?.activeHit, canary.trial?.trialHit], [false, true])
  })

  test('a trial that brings no other file costs no second run', async () => {
    const same = await judge({ active: strict, trial: { definitions: setOf('v3', 300), share: 0 } })
    assert.deepEqual([same.weights, runs], [['points 300', 'once 0'], 1])
    assert.deepEqual([same.trial?.activeHit, same.trial?.trialHit], [true, true])
  })
})
