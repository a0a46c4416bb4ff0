import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { makeSketch, sketchToText } from '#ground/learning/sketch.ts'
import { newId } from '#ground/platform/ids.ts'
import type { LayerRecord } from '#services/learning/learning-store.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import { plainDelivery, plainMessage } from '../../../test-site.ts'
import type { ThreadedStores } from './threaded-stores.ts'

const start = 1_800_000_000_000
const day = 86_400_000
const sketch = sketchToText(makeSketch([2, 4, 6], [1]))
let clock = start

for (const engine of engines) {
  describe(`learning on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let stores: ThreadedStores

    before(async () => {
      open = await engine.open()
      stores = open.stores
      // The first time says only from where on is learnt.
      await stores.learning.collect([], 10)
    })
    after(() => open.close())

    interface Mail {
      readonly tenant?: string
      readonly rcptTo?: string
      readonly aside?: boolean
      readonly facts?: Readonly<Record<string, unknown>>
      readonly findings?: readonly object[]
    }

    async function accept(
      mail: Mail,
      report?: { readonly of: string; readonly isProven?: boolean },
    ): Promise<string> {
      const { tenant = 'one', rcptTo = 'anna@a.test', aside = false, facts = {}, findings = [] } = mail
      const at = clock++
      const id = newId(at)
      const settled = report ? 'discarded' : 'quarantined'
      await stores.messages.accept({
        message: {
          ...plainMessage(id, at),
          explanation: {
            verdict: 'spam',
            score: 0,
            findings,
            facts: {
              learnt: { sketch },
              content: { logOdds: 1.5 },
              sender: { author: 'x@mail.partner.test' },
              ...facts,
            },
            timings: {},
          },
        },
        body: { kind: 'inline', bytes: Buffer.from('From: a\r\n\r\nb') },
        deliveries: [
          {
            ...plainDelivery(0, at),
            tenant,
            rcptTo,
            ...(aside || report
              ? { state: settled, reason: report ? 'report-taken' : 'score', dueAt: null }
              : {}),
          } as ReturnType<typeof plainDelivery>,
        ],
        lease: null,
        ...(report && {
          report: {
            tenant,
            reporter: rcptTo,
            kind: 'missed-spam' as const,
            claims: [[`<${report.of}@sender.example>`]],
            isProven: report.isProven ?? true,
            isAnswered: false,
          },
        }),
      })
      return id
    }

    async function accepted(
      rcptTo: string,
      more: { isProven?: boolean; who?: string; tenant?: string } = {},
    ) {
      const { isProven = true, who = 'cli:me', tenant = 'one' } = more
      const message = await accept({ rcptTo, tenant })
      const report = await accept({ rcptTo, tenant }, { of: message, isProven })
      const decision = { state: 'accepted', outcome: 'noted', note: '', at: clock++, who } as const
      assert(await stores.reports.decide(report, decision))
      return message
    }

    const examplesOf = async (message: string, tenant = 'one') =>
      (await stores.readLearning.examples(tenant, 1000)).filter((each) => each.messageId === message)

    test('accepted reports and releases by people are learnt once, open and refused ones never', async () => {
      const reported = await accepted('anna@a.test')
      const unproven = await accepted('bob@a.test', { isProven: false })
      const byPolicy = await accepted('carl@a.test', { who: 'policy:reports.release' })
      const open = await accept({ rcptTo: 'dora@a.test' })
      await accept({ rcptTo: 'dora@a.test' }, { of: open })
      const refused = await accept({ rcptTo: 'eve@a.test' })
      const bad = await accept({ rcptTo: 'eve@a.test' }, { of: refused })
      await stores.reports.decide(bad, {
        state: 'refused',
        outcome: 'refused',
        note: '',
        at: clock++,
        who: 'x',
      })
      const less = await accepted('eve@a.test')
      const released = await accept({ aside: true })
      await stores.quarantine.release(released, null, clock++, day, 'cli:me', false)
      const selfReleased = await accept({ aside: true })
      await stores.quarantine.release(selfReleased, null, clock++, day, 'policy:reports.release', false)
      for (let round = 0; round < 3; round++) await stores.learning.collect([], 100)

      const [example, ...others] = await examplesOf(reported)
      assert.equal(others.length, 0)
      assert.deepEqual(
        [example?.kind, example?.weight, example?.base, example?.sketch, example?.contrary],
        ['unwanted', 1, 1.5, sketch, ''],
      )
      assert.equal((await examplesOf(unproven))[0]?.weight, 0.25)
      assert.equal((await examplesOf(byPolicy))[0]?.weight, 0.25)
      assert.equal((await examplesOf(less))[0]?.weight, 2 / 3)
      assert.equal((await examplesOf(released))[0]?.kind, 'wanted')
      for (const none of [open, refused, selfReleased]) assert.deepEqual(await examplesOf(none), [])
      const text = JSON.stringify(await stores.readLearning.examples('one', 1000))
      assert(!text.includes('a.test') && !text.includes('partner'), 'neither people nor senders are readable')
      assert.equal((await stores.readLearning.newest())[0]?.tenant, 'one')
      const [taught] = await stores.readLearning.taught()
      assert.deepEqual([taught?.tenant, taught?.unwanted, taught?.wanted], ['one', 4, 1])
    })

    test('of a tenant that does not want it nothing is learnt, and nothing is made up for later', async () => {
      const message = await accepted('x@b.test', { tenant: 'two' })
      for (let round = 0; round < 2; round++) await stores.learning.collect(['two'], 100)
      assert.deepEqual(await examplesOf(message, 'two'), [])
    })

    test('who says that a layer was wrong is told from others', async () => {
      const findings = [{ check: 'learnt', code: 'learnt-unwanted', weight: 40, evidence: { layer: 'l7' } }]
      const wrong = await accept({ aside: true, findings })
      await stores.quarantine.release(wrong, null, clock++, day, 'cli:me', false)
      await stores.learning.collect([], 100)
      assert.equal((await examplesOf(wrong))[0]?.contrary, 'l7')
    })

    const layer = (version: string, more: Partial<LayerRecord> = {}): LayerRecord => ({
      tenant: 'one',
      version,
      stage: 'shadow',
      share: 0,
      since: clock,
      madeAt: clock++,
      why: '',
      examples: 3,
      newestExample: clock,
      ...more,
    })

    test('layers keep their weights and move through their stages', async () => {
      const record = layer('v1')
      await stores.learning.addLayer(record, Buffer.from('weights'))
      await stores.learning.moveLayer({ ...record, stage: 'canary', share: 0.1, why: 'passed' })
      const [found] = await stores.readLearning.layers('one')
      assert.deepEqual({ ...found }, { ...record, stage: 'canary', share: 0.1, why: 'passed' })
      assert.equal(Buffer.from((await stores.readLearning.content('v1')) ?? []).toString(), 'weights')
      assert.equal(await stores.readLearning.content('none'), null)
      assert.deepEqual(await stores.readLearning.layers('two'), [])
    })

    test('recent mail is that of the tenant, newest first, page by page', async () => {
      const since = clock + 10_000
      clock = since
      const ids: string[] = []
      for (let n = 0; n < 5; n++) {
        ids.unshift(await accept({ tenant: 'three', rcptTo: `p${n}@c.test` }))
        await accept({ tenant: 'one' })
      }
      await accept({ tenant: 'three', facts: { learnt: undefined } })
      await accept({ tenant: 'three', rcptTo: 'p1@c.test' }, { of: 'nothing' })
      const first = await stores.readLearning.recent('three', since, null, 3)
      const second = await stores.readLearning.recent('three', since, first.at(-1)?.id ?? null, 3)
      assert.deepEqual(
        [...first, ...second].map(({ id }) => id),
        ids,
      )
      assert.deepEqual({ ...first[0] }, { id: ids[0], findings: '[]', sketch, base: 1.5, tolerance: 200 })
      assert.deepEqual(await stores.readLearning.recent('three', clock + day, null, 3), [])
    })

    test('a reset forgets examples and takes layers back; what was decided before is not learnt again', async () => {
      await stores.learning.addLayer(layer('v2', { stage: 'active', share: 1 }), Buffer.from('x'))
      const before = await accepted('late@a.test')
      await stores.learning.reset('one', clock++)
      await stores.learning.collect([], 100)
      assert.deepEqual(await stores.readLearning.examples('one', 10), [])
      assert.deepEqual(await examplesOf(before), [])
      const all = await stores.readLearning.layers('one')
      assert.deepEqual(
        all.map(({ version, stage, share }) => [version, stage, share]),
        [
          ['v2', 'taken-back', 1],
          ['v1', 'taken-back', 1],
        ],
      )
      assert.equal((await stores.readLearning.content('v2'))?.length, 0)
      const again = await accepted('late@a.test')
      await stores.learning.collect([], 100)
      assert.equal((await examplesOf(again)).length, 1)
    })

    test('what is in quarantine with a say of a layer is judged anew once, and nothing else', async () => {
      const facts = { learnt: { sketch, applied: ['v3'] } }
      const mine = await accept({ aside: true, facts })
      await accept({ aside: true })
      await accept({ facts })
      assert.equal(await stores.learning.reopen('v3', clock, 10), 1)
      assert.equal(await stores.learning.reopen('v3', clock, 10), 0)
      const traced = await stores.ledger.read(mine)
      assert(traced?.kind === 'message')
      assert(traced.events.some(({ kind, reason }) => kind === 'reopened' && reason === 're-judged'))
    })

    test('old examples go, and those beyond the newest', async () => {
      await accepted('one@a.test')
      await accepted('two@a.test')
      await stores.learning.collect([], 100)
      const before = await stores.readLearning.examples('one', 100)
      await stores.learning.forget(0, 2)
      assert.deepEqual(await stores.readLearning.examples('one', 100), before.slice(0, 2))
      await stores.learning.forget(clock + day, 100)
      assert.deepEqual(await stores.readLearning.examples('one', 100), [])
    })
  })
}
