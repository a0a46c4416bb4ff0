import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { keyedHash, learningKey } from '#ground/learning/keyed-hash.ts'
import { makeSketch, sketchToText } from '#ground/learning/sketch.ts'
import { LayerFiles } from '#ground/storage/learning/layer-files.ts'
import { readScope } from '#services/policy/scope.ts'
import { setLevelSetting } from '#services/policy/set-level-setting.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { advanceLearning, LearningRounds } from './advance-learning.ts'
import { publishLayers, resetLearning, takeBackLayer } from './change-learning.ts'
import type { LearningParts } from './learning-parts.ts'

const key = learningKey('secret')
const hour = 3_600_000
const people = ['anna', 'bob', 'carl', 'dora']

/** Words of their own among words that all mail of a topic has. */
function sketchOf(topic: string, n: number): string {
  const words = [
    ...Array.from({ length: 25 }, (_, i) => `${topic}${i}`),
    ...Array.from({ length: 30 }, (_, i) => `own${topic}${n}-${i}`),
  ]
  return sketchToText(
    makeSketch(
      words.map((word) => keyedHash(key, 'w', word)),
      [],
    ),
  )
}

/** A tenant with a clock of its own. */
class Learner {
  readonly it: TestSite
  readonly rounds = new LearningRounds()
  now = Date.now() - 300 * 86_400_000
  #count = 0
  golden: LearningParts['golden'] = async () => []

  constructor(it: TestSite) {
    this.it = it
  }

  get parts(): LearningParts {
    const { learning } = this.it.site
    const limits = () => ({ messages: 1000, timeMs: 24 * hour, most: 80 })
    return { ...learning, golden: this.golden, now: () => this.now, limits }
  }

  async round(): Promise<void> {
    await advanceLearning(this.parts, this.rounds)
  }

  mail(
    topic: string,
    weight: number,
    person = 'anna',
    more: { aside?: boolean; learnt?: object } = {},
  ): string {
    const n = this.#count++
    const findings = weight === 0 ? [] : [{ check: 'content', code: 'words', weight, kind: 'spam', text: '' }]
    return this.it.accept({
      at: this.now++,
      message: {
        mailFrom: `a@sender${n}.test`,
        explanation: {
          verdict: 'spam',
          score: weight,
          findings: [...findings],
          facts: {
            learnt: { sketch: sketchOf(topic, n), ...more.learnt },
            content: { logOdds: weight / 100 - 1 },
          },
          timings: {},
          tolerance: 200,
        },
      },
      deliveries: [
        {
          tenant: 'one',
          rcptTo: `${person}@one.test`,
          ...(more.aside && { state: 'quarantined', reason: 'score', dueAt: null }),
        },
      ],
    })
  }

  async release(person: string, topic = 'newsletter', weight = 230): Promise<void> {
    const id = this.mail(topic, weight, person, { aside: true })
    await this.it.site.quarantine.release(id, null, this.now++, hour, 'cli:me', false)
  }

  async report(person: string, topic = 'lottery', weight = 150): Promise<void> {
    const of = this.mail(topic, weight, person)
    const { database } = this.it.stores
    // As report-rows.ts leaves it when it was accepted.
    database
      .prepare(
        `INSERT INTO reports (id, at, last_at, times, tenant, reporter, kind, about, proven, header_message_id, message_id, rcpt_to, findings, versions, state, outcome, note, decided_at, decided_by, answered)
         VALUES (?1, ?2, ?2, 1, 'one', ?3, 'missed-spam', ?1, 1, '', ?1, ?3, '[]', '{}', 'accepted', 'noted', '', ?2, 'cli:me', 0)`,
      )
      .run(of, this.now++, `${person}@one.test`)
  }

  async teach(): Promise<void> {
    for (let n = 0; n < 8; n++) {
      await this.release(people[n % 4]!)
      await this.report(people[(n + 1) % 4]!)
    }
  }

  async stages(): Promise<string[]> {
    return (await this.parts.readStore.layers('one')).map(({ stage, share }) => `${stage} ${share}`)
  }

  files(): LayerFiles {
    return new LayerFiles(`${this.it.site.folder}/learning`)
  }
}

async function open(): Promise<Learner & Disposable> {
  const it = openTestSite()
  await it.site.directory.putTenant({
    id: 'reseller',
    parent: null,
    level: 'reseller',
    name: 'r',
    settings: {},
    locked: [],
  })
  await it.site.directory.putTenant({
    id: 'one',
    parent: 'reseller',
    level: 'customer',
    name: 'one',
    settings: {},
    locked: [],
  })
  const learner = new Learner(it)
  await learner.round()
  return Object.assign(learner, { [Symbol.dispose]: () => it[Symbol.dispose]() })
}

describe('the way of what was learnt', () => {
  test('shadow, a tenth, all; it counts for nothing before, and only what it knows changes', async () => {
    using it = await open()
    for (let n = 0; n < 60; n++) it.mail('daily', 20)
    await it.teach()
    await it.round()
    assert.deepEqual(await it.stages(), ['shadow 0'])
    assert(it.files().isEmpty())
    for (const [stage, place, counts] of [
      ['canary 0.1', 0.5, false],
      ['active 1', 0.5, true],
    ] as const) {
      await it.round()
      assert.notDeepEqual(await it.stages(), [stage], 'not before it was tried')
      for (let n = 0; n < 60; n++) it.mail('daily', 20)
      it.now += 25 * hour
      await it.round()
      assert.deepEqual(await it.stages(), [stage])
      assert.equal(it.files().of('one', place) !== null, counts)
      assert(it.files().of('one', 0.05))
    }
    assert.equal(it.files().of('reseller', 0), null)
  })

  test('golden samples and mail of late that it would treat otherwise stop it before it begins', async () => {
    using it = await open()
    for (let n = 0; n < 160; n++) it.mail('daily', 20)
    // Mail like that which is reported, which nobody minded: it would be kept.
    for (let n = 0; n < 5; n++) it.mail('lottery', 190)
    await it.teach()
    await it.round()
    const [layer] = await it.parts.readStore.layers('one')
    assert.deepEqual([layer?.stage, layer?.share], ['taken-back', 0])
    assert.match(layer?.why ?? '', /it keeps 5 of 165 messages/)

    using other = await open()
    other.golden = async () => [
      {
        name: 'hello',
        kind: 'clean',
        findings: JSON.stringify([{ check: 'content', code: 'words', weight: 190, text: '' }]),
        sketch: makeSketch(
          Array.from({ length: 25 }, (_, i) => keyedHash(key, 'w', `lottery${i}`)),
          [],
        ),
        tolerance: 200,
      },
    ]
    await other.teach()
    await other.round()
    assert.match((await other.parts.readStore.layers('one'))[0]?.why ?? '', /keeps the clean sample hello/)
  })

  async function active(it: Learner): Promise<string> {
    await it.teach()
    for (let step = 0; step < 3; step++) {
      await it.round()
      for (let n = 0; n < 60; n++) it.mail('daily', 20)
      it.now += 25 * hour
    }
    await it.round()
    const [layer] = await it.parts.readStore.layers('one')
    assert.equal(layer?.stage, 'active')
    return layer?.version ?? ''
  }

  test('two people who say that it was wrong take it back, and what it caught is judged anew', async () => {
    using it = await open()
    const version = await active(it)
    const said = { findings: [{ code: 'learnt-unwanted', weight: 50, evidence: { layer: version } }] }
    const wrong = async (person: string) => {
      const id = it.mail('lottery', 160, person, { aside: true, learnt: { applied: [version] } })
      it.it.stores.database
        .prepare(
          `UPDATE messages SET explanation = json_set(explanation, '$.findings', json(?)) WHERE id = ?`,
        )
        .run(JSON.stringify(said.findings), id)
      return id
    }
    const kept = await wrong('dora')
    await it.it.site.quarantine.release(await wrong('anna'), null, it.now++, hour, 'cli:me', false)
    await it.round()
    const stageOf = async () =>
      (await it.parts.readStore.layers('one')).find((each) => each.version === version)
    assert.equal((await stageOf())?.stage, 'active', 'one is not enough')
    await it.it.site.quarantine.release(await wrong('bob'), null, it.now++, hour, 'cli:me', false)
    await it.round()
    const layer = await stageOf()
    assert.deepEqual([layer?.stage, layer?.why], ['taken-back', '2 people said that it was wrong'])
    assert(it.files().isEmpty())
    const traced = await it.it.site.ledger.read(kept)
    assert(traced?.kind === 'message' && traced.events.some(({ reason }) => reason === 're-judged'))
    it.now += 2 * hour
    await it.round()
    assert.equal((await stageOf())?.share, 0, 'what is done is not done again')
  })

  test('after one that was taken back the next is made a day later', async () => {
    using it = await open()
    const version = await active(it)
    const [layer] = await it.parts.readStore.layers('one')
    assert(layer?.version === version)
    await takeBackLayer(it.parts, layer, 'a test')
    await it.report('anna', 'casino')
    it.now += 2 * hour
    await it.round()
    assert.deepEqual(await it.stages(), ['taken-back 0'])
    it.now += 25 * hour
    await it.round()
    assert.deepEqual(await it.stages(), ['shadow 0', 'taken-back 0'])
  })

  test('a new layer takes the place of the one before, which comes back where it fails', async () => {
    using it = await open()
    const first = await active(it)
    await it.report('anna', 'casino')
    const second = await active(it)
    assert.notEqual(first, second)
    assert.deepEqual(await it.stages(), ['active 1', 'retired 1'])
    for (let n = 0; n < 10; n++) it.mail('lottery', 190)
    await it.round()
    assert.deepEqual(await it.stages(), ['taken-back 1', 'active 1'])
    assert.equal(it.files().of('one', 0.9)?.version, first)
  })

  test('off stops it for the customers of a reseller, a reset forgets it', async () => {
    using it = await open()
    await active(it)
    const order = { directory: it.it.site.directory, at: it.now, who: 'test' }
    const turn = async (value: 'on' | 'off') => {
      const { site } = it.it
      const scope = await readScope('tenant:reseller', site.directory)
      await setLevelSetting({ ...order, policy: site.policy }, scope, { name: 'learning', value })
      await publishLayers(it.parts)
    }
    await turn('off')
    assert(it.files().isEmpty())
    await turn('on')
    assert.equal(it.files().of('one', 0.9) !== null, true)
    await resetLearning(it.parts, order, 'one')
    assert(it.files().isEmpty())
    assert.deepEqual(await it.parts.readStore.taught(), [])
    await it.round()
    assert.deepEqual(await it.parts.readStore.taught(), [])
    await assert.rejects(resetLearning(it.parts, order, 'nobody'), /no tenant nobody/)
  })
})
