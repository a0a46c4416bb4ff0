import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Finding, LastCheck } from '#flow/inspection/check.ts'
import { inspect } from '#flow/inspection/inspector.ts'
import type { LearntLayers } from '#flow/inspection/learnt-layers.ts'
import { plainSettings } from '#flow/inspection/plain-settings.ts'
import { decide, defaultPolicy } from '#flow/inspection/verdict.ts'
import { keyedHash, learningKey } from '#ground/learning/keyed-hash.ts'
import { type Layer, writeLayer } from '#ground/learning/layer.ts'
import { sketchFromText } from '#ground/learning/sketch.ts'
import { LayerFiles, putLayersInForce } from '#ground/storage/learning/layer-files.ts'
import { boundInfluence } from './influence.ts'
import { createLearnt } from './learnt.ts'

const key = learningKey('secret')

function finding(weight: number, more: Partial<Finding> = {}): Finding {
  return { check: 'content', code: 'words', weight, text: '', kind: 'spam', ...more }
}

describe('what may be learnt', () => {
  const findings = fc.array(
    fc.record(
      {
        check: fc.constantFrom('content', 'links', 'sender', 'antivirus'),
        code: fc.constant('x'),
        text: fc.constant(''),
        weight: fc.integer({ min: -100, max: 400 }),
        kind: fc.constantFrom(
          'spam' as const,
          'phishing' as const,
          'bulk' as const,
          'spoof' as const,
          'virus' as const,
        ),
        proposal: fc.constantFrom('reject' as const, 'quarantine' as const, 'hold' as const),
        incomplete: fc.constantFrom('later' as const, 'never' as const),
      },
      { requiredKeys: ['check', 'code', 'text', 'weight'] },
    ),
    { maxLength: 6 },
  )

  test('never condemns alone, frees nothing that others condemn, and touches nothing that is firm', () => {
    fc.assert(
      fc.property(findings, fc.double({ noNaN: true }), fc.nat({ max: 200 }), (found, score, most) => {
        const influence = boundInfluence(found as Finding[], score, most)
        if (influence === null) return
        assert(Math.abs(influence.points) <= most && Number.isInteger(influence.points))
        const after = decide(
          [...(found as Finding[]), finding(influence.points, { check: 'learnt' })],
          defaultPolicy,
        )
        const before = decide(found as Finding[], defaultPolicy)
        const against = found.filter(({ weight }) => weight > 0)
        if (before.disposition !== after.disposition) {
          assert(!found.some(({ proposal, incomplete }) => proposal || incomplete))
          if (after.disposition === 'quarantine')
            assert(against.length > 0, 'something else spoke against it')
          else {
            assert(!against.some(({ kind }) => kind === 'virus' || kind === 'phishing' || kind === 'spoof'))
            const others = (found as Finding[]).filter(
              ({ check, weight }) => check !== 'content' && weight > 0,
            )
            assert(others.reduce((sum, { weight }) => sum + weight, 0) < defaultPolicy.tolerance)
          }
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('says what held it back', () => {
    assert.deepEqual(boundInfluence([finding(150)], 1.5, 80), { points: 60, limited: null })
    assert.deepEqual(boundInfluence([finding(150)], 9, 80), { points: 80, limited: null })
    assert.deepEqual(boundInfluence([finding(30)], 9, 80), {
      points: 30,
      limited: 'nothing else speaks so much against it',
    })
    assert.deepEqual(boundInfluence([finding(50)], -9, 80), {
      points: -50,
      limited: 'the content weighs no more',
    })
    assert.deepEqual(
      boundInfluence([finding(200), finding(40, { code: 'bank', kind: 'phishing' })], -9, 80),
      {
        points: 0,
        limited: 'bank',
      },
    )
    assert.deepEqual(boundInfluence([finding(0, { code: 'gap', incomplete: 'later' })], 9, 80), {
      points: 0,
      limited: 'gap',
    })
    assert.equal(boundInfluence([finding(150)], 0.1, 80), null)
    assert.equal(boundInfluence([finding(150)], Number.NaN, 80), null)
  })
})

async function ask(check: LastCheck, text: string, rcptTo: readonly string[], id = 'm1') {
  const base = { name: 'content', run: async () => ({ findings: [finding(150)] }) }
  const outcome = await inspect(
    {
      id,
      body: { kind: 'inline', bytes: Buffer.from(text) },
      arrival: { ip: '192.0.2.1', helo: 'x', mailFrom: 'a@b.test', rcptTo, receivedAt: 0 },
      tenant: '',
    },
    {
      checks: [base],
      last: [check],
      resolver: { lookup: () => Promise.reject(new Error('nobody asks')) },
      settings: plainSettings,
      checkBudgetMs: 1000,
      now: () => 0,
    },
  )
  const findings = outcome.findings.filter((each) => each.check === 'learnt')
  return { findings, learnt: outcome.facts.learnt as { sketch: string; applied?: string[] } }
}

const levelsOf = (address: string) =>
  address.endsWith('@one.test')
    ? ['tenant:operator', 'tenant:reseller', 'tenant:one', 'domain:one.test']
    : address.endsWith('@two.test')
      ? ['tenant:operator', 'tenant:reseller', 'tenant:two']
      : []

function layersOf(layer: Partial<Record<string, Layer>>, share = 1): LearntLayers {
  return {
    isEmpty: () => false,
    most: () => 80,
    of: (tenant, place) => (place < share ? (layer[tenant] ?? null) : null),
  }
}

describe('the check of what was learnt', () => {
  const mail = 'Subject: offer\r\n\r\nBuy our wonderful garden furniture at https://shop.example/x today.\r\n'
  const unwanted: Layer = { version: 'l1', score: () => 2 }

  test('counts for the tenant that taught it, and for no other, reseller or stranger', async () => {
    const check = createLearnt(
      layersOf({ one: unwanted, reseller: unwanted, operator: unwanted }),
      levelsOf,
      key,
    )
    const { findings, learnt } = await ask(check, mail, ['a@one.test', 'b@two.test', 'c@none.test'])
    assert.deepEqual(
      findings.map(({ code, weight, only }) => [code, weight, only]),
      [['learnt-unwanted', 80, ['a@one.test']]],
    )
    assert.deepEqual(learnt.applied, ['l1'])
    assert.deepEqual((await ask(check, mail, ['b@two.test'])).findings, [])
    assert.equal((await ask(check, mail, ['a@one.test'])).findings[0]?.only, undefined)
  })

  test('while it proves itself it counts for a share of the mail, the same each time', async () => {
    const check = createLearnt(layersOf({ one: unwanted }, 0.3), levelsOf, key)
    const ids = Array.from({ length: 60 }, (_, n) => `m${n}`)
    const hits = async () =>
      (await Promise.all(ids.map((id) => ask(check, mail, ['a@one.test'], id)))).map(
        ({ findings }) => findings.length,
      )
    const first = await hits()
    const count = first.filter((each) => each === 1).length
    assert(count > 5 && count < 35, `${count}`)
    assert.deepEqual(await hits(), first)
  })

  test('the facts keep hashes and nothing else, the same for the same text', async () => {
    const check = createLearnt(layersOf({}), levelsOf, key)
    const [one, other] = [await ask(check, mail, ['a@one.test']), await ask(check, mail, ['x@two.test'])]
    assert.deepEqual(one.learnt, other.learnt)
    assert.deepEqual(Object.keys(one.learnt), ['sketch'])
    const sketch = sketchFromText(one.learnt.sketch)
    assert(sketch?.includes(keyedHash(key, 'w', 'garden') >>> 1))
    assert(sketch?.includes(((keyedHash(key, 'site shop.example') >>> 1) | 0x80000000) >>> 0))
  })

  test('a layer that throws says that it could not be asked, and the message goes on', async () => {
    const broken: Layer = {
      version: 'x',
      score: () => {
        throw new Error('broken')
      },
    }
    const { findings } = await ask(createLearnt(layersOf({ one: broken }), levelsOf, key), mail, [
      'a@one.test',
    ])
    assert.deepEqual(
      findings.map(({ code, weight }) => [code, weight]),
      [['learnt-unavailable', 0]],
    )
  })

  test('layers come from files; what cannot be read counts for nothing, a torn pointer changes nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mailkeep-layers-'))
    try {
      const files = new LayerFiles(folder)
      assert(files.isEmpty())
      const content = writeLayer('v1', new Map([[7, 1]]))
      await putLayersInForce(
        folder,
        80,
        [
          { tenant: 'one', version: 'v1', share: 0.1 },
          { tenant: 'two', version: 'v2', share: 1 },
        ],
        async (version) => (version === 'v1' ? content : Buffer.from('torn')),
      )
      files.refresh()
      assert.deepEqual([files.isEmpty(), files.most(), files.of('one', 0.1)], [false, 80, null])
      assert.equal(files.of('one', 0.09)?.version, 'v1')
      assert.deepEqual(
        ['two', 'three', '__proto__'].map((each) => files.of(each, 0)),
        [null, null, null],
      )
      writeFileSync(join(folder, 'in-force.json'), '{"most":')
      files.refresh()
      assert.equal(files.of('one', 0.09)?.version, 'v1')
      await putLayersInForce(folder, 80, [], async () => null)
      files.refresh()
      assert(files.isEmpty())
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
