import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { NewDelivery, NewMessage } from '#flow/spool/message.ts'
import type { Acceptance } from '#flow/spool/message-store.ts'
import type { NewReport } from '#flow/spool/report.ts'
import { newId } from '#ground/platform/ids.ts'
import type { Report } from '#services/reports/report-store.ts'
import { acceptanceOf } from '../../../../../tests/mail/acceptance.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import type { ThreadedStores } from './threaded-stores.ts'

const start = 1_800_000_000_000
const day = 86_400_000
let clock = start

for (const engine of engines) {
  describe(`reports on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let stores: ThreadedStores

    before(async () => {
      open = await engine.open()
      stores = open.stores
      const { directory } = stores
      await directory.putTenant({
        id: 'one',
        parent: null,
        level: 'customer',
        name: 'one',
        settings: {},
        locked: [],
      })
      await directory.putDomain(
        { name: 'a.test', tenant: 'one', nextHop: 'mx', settings: {}, locked: [] },
        start,
      )
      await directory.putUsers(
        [
          {
            address: 'anna@a.test',
            domain: 'a.test',
            kind: 'user',
            owner: 'anna@a.test',
            displayName: '',
            settings: {},
          },
          {
            address: 'sales@a.test',
            domain: 'a.test',
            kind: 'alias',
            owner: 'anna@a.test',
            displayName: '',
            settings: {},
          },
        ],
        start,
      )
    })
    after(() => open.close())

    async function mail(
      rcptTo: string,
      headerMessageId: string,
      more: Partial<NewDelivery> & { direction?: NewMessage['direction'] } = {},
    ): Promise<string> {
      const { direction = 'inbound', ...delivery } = more
      const acceptance = plain({ headerMessageId, direction }, { rcptTo, ...delivery })
      await stores.messages.accept(acceptance)
      return acceptance.message.id
    }

    /** Reports as the gateway does; answers the row that the report of the first message has, if it made one. */
    async function report(
      given: Partial<NewReport> & Pick<NewReport, 'claims'>,
      at?: number,
    ): Promise<Report | null> {
      const acceptance = plain(at === undefined ? {} : { id: newId(at), receivedAt: at }, {
        rcptTo: 'spam@mx.test',
        state: 'discarded',
        reason: 'report-taken',
        dueAt: null,
      })
      const all = {
        tenant: 'one',
        reporter: 'anna@a.test',
        kind: 'missed-spam',
        isProven: true,
        isAnswered: true,
        ...given,
      } as const
      await stores.messages.accept({ ...acceptance, report: all })
      return stores.reports.read(acceptance.message.id)
    }

    const due = (most = 10) => stores.readReports.dueAnswers(start - day, most, 100)

    test('the message is found among what the person got: by address, alias and tag', async () => {
      for (const [rcptTo, name] of [
        ['Anna@A.test', '<own@x>'],
        ['sales@a.test', '<alias@x>'],
        ['anna+shop@a.test', '<tag@x>'],
        ['sales+old@a.test', '<alias-tag@x>'],
      ] as const) {
        const id = await mail(rcptTo, name)
        const found = await report({ claims: [['<unknown@x>', name]] })
        assert.deepEqual([found?.messageId, found?.rcptTo, found?.state], [id, rcptTo, 'open'], name)
        assert.deepEqual(
          [found?.verdict, found?.score, found?.versions],
          ['spam', 210, { definitions: 'v1' }],
        )
        assert.deepEqual(found?.findings, [{ code: 'odd', weight: 210 }])
      }
    })

    test('what somebody else got, another tenant has, or went the other way is not found', async () => {
      await mail('bob@a.test', '<bob@x>')
      await mail('anna@a.test', '<other-tenant@x>', { tenant: 'two' })
      await mail('anna@a.test', '<ours@x>', { direction: 'own' })
      for (const id of ['<bob@x>', '<other-tenant@x>', '<ours@x>', '<nowhere@x>', '']) {
        const found = await report({ claims: [[id]] })
        assert.deepEqual(
          [found?.messageId, found?.verdict, found?.findings, found?.state, found?.outcome],
          [null, null, [], 'refused', 'not-found'],
          id,
        )
      }
    })

    test('of messages with one id the newest of the person counts', async () => {
      await mail('anna@a.test', '<same@x>')
      const newest = await mail('anna@a.test', '<same@x>')
      await mail('bob@a.test', '<same@x>')
      assert.equal((await report({ claims: [['<same@x>']] }))?.messageId, newest)
    })

    test('a mailing with one id for all is found for each, however many got it after', async () => {
      const mine = await mail('anna@a.test', '<mailing@x>')
      await Promise.all(
        Array.from({ length: 2500 }, (_, n) => mail(`p${n}@a.test`, '<mailing@x>', { tenant: 'two' })),
      )
      const started = performance.now()
      assert.equal((await report({ claims: [['<mailing@x>']] }))?.messageId, mine)
      const took = performance.now() - started
      assert(took < 3000, `it took ${took} ms`)
    })

    test('what is said again is counted; the other kind, and another message, are their own', async () => {
      await mail('anna@a.test', '<again@x>')
      const first = await report({ claims: [['<again@x>']], isProven: false })
      assert.equal(await report({ claims: [['<again@x>']] }), null)
      const now = await stores.reports.read(first?.id ?? '')
      assert.deepEqual([now?.times, now?.isProven], [2, true])
      assert.ok(await report({ claims: [['<again@x>']], kind: 'false-alarm' }))
      await mail('anna@a.test', '<again-two@x>')
      const several = await report({ claims: [['<again@x>'], ['<again-two@x>']] })
      assert.equal(several, null, 'the first of the two was reported before')
      const [last] = await stores.reports.list({ tenant: 'one', kind: 'missed-spam' }, 1)
      assert.equal(last?.headerMessageId, '<again-two@x>')
    })

    test('a new one, and what was decided of it, are told once', async () => {
      await mail('anna@a.test', '<told@x>')
      const from = await stores.webhooks.newestCursor()
      const found = await report({ claims: [['<told@x>']] })
      await report({ claims: [['<told@x>']] })
      await report({ claims: [['<unknown@x>']] })
      const decision = { state: 'accepted', outcome: 'noted', note: '', at: start, who: 'x' } as const
      await stores.reports.decide(found?.id ?? '', decision)
      await stores.reports.decide(found?.id ?? '', decision)
      const query = { tenants: ['one'], domains: null, limit: 10, until: Number.MAX_SAFE_INTEGER }
      const kinds = ['report.taken', 'report.answered'] as const
      const { events } = await stores.webhooks.feed(from, { ...query, kinds })
      const who = { report: found?.id, person: 'anna@a.test' }
      assert.deepEqual(
        events.map(({ kind, recipient, detail }) => [kind, recipient, detail]),
        [
          ['report.taken', 'anna@a.test', who],
          ['report.answered', 'anna@a.test', { ...who, state: 'accepted', outcome: 'noted' }],
        ],
      )
    })

    test('an answer is sent once, whoever sends it, and a decision takes the place of the first', async () => {
      await mail('anna@a.test', '<answer@x>')
      const found = await report({ claims: [['<answer@x>']], reporter: 'sales@a.test' })
      const id = found?.id ?? ''
      const mine = async () => (await due()).filter((each) => each.report.id === id)
      assert.deepEqual(
        (await mine()).map(({ about, lately }) => [about, lately]),
        [['taken', 0]],
      )
      const answer = (about: 'taken' | 'decided'): Acceptance => ({
        ...plain({ direction: 'own' }, { rcptTo: 'sales@a.test' }),
        answers: { report: id, about },
      })
      await stores.messages.accept(answer('taken'))
      assert.deepEqual(await mine(), [])
      const second = answer('taken')
      await assert.rejects(stores.messages.accept(second))
      assert.equal(await stores.ledger.read(second.message.id), null, 'nothing of it is kept')
      const decision = { state: 'refused', outcome: 'refused', note: 'No.', at: start, who: 'x' } as const
      assert.deepEqual(
        [await stores.reports.decide(id, decision), await stores.reports.decide(id, decision)],
        [true, false],
      )
      assert.deepEqual(
        (await mine()).map(({ about, lately }) => [about, lately]),
        [['decided', 1]],
      )
      assert.deepEqual(
        (await due(1)).filter((each) => each.report.id === id),
        [],
        'it waits where enough was sent',
      )
      await stores.reports.skipAnswer(id, 'decided')
      assert.deepEqual(await mine(), [])
    })

    test('who wants no answer gets none; one mail gets one when it comes', async () => {
      for (const name of ['<no-1@x>', '<no-2@x>']) await mail('quiet@a.test', name)
      const claims = [['<no-1@x>'], ['<no-2@x>']]
      await report({ claims, reporter: 'quiet@a.test', isAnswered: false })
      assert.deepEqual(
        (await due()).filter((each) => each.report.reporter === 'quiet@a.test'),
        [],
      )
      for (const name of ['<loud-1@x>', '<loud-2@x>']) await mail('loud@a.test', name)
      const first = await report({ claims: [['<loud-1@x>'], ['<loud-2@x>']], reporter: 'loud@a.test' })
      const loud = (await due()).filter((each) => each.report.reporter === 'loud@a.test')
      assert.deepEqual(
        loud.map((each) => each.report.id),
        [first?.id],
      )
      await stores.reports.skipAnswer(first?.id ?? '', 'taken')
      assert.deepEqual(
        (await due()).filter((each) => each.report.reporter === 'loud@a.test'),
        [],
      )
    })

    test('only what is proven, in quarantine and looked at may go without a person', async () => {
      const aside = { state: 'quarantined', reason: 'score', dueAt: null } as const
      await mail('free@a.test', '<free@x>', aside)
      const claims = [['<free@x>']]
      await report({ claims, reporter: 'free@a.test' })
      assert.deepEqual(await stores.readReports.releasable(10), [], 'missed spam is let go by nobody')
      await report({ claims, reporter: 'free@a.test', kind: 'false-alarm', isProven: false })
      assert.deepEqual(await stores.readReports.releasable(10), [])
      await report({ claims, reporter: 'free@a.test', kind: 'false-alarm' })
      assert.equal((await stores.readReports.releasable(10)).length, 1)
    })

    test('more than 500 a day share one row, and do not fill the disk', async () => {
      for (let n = 0; n < 60; n++)
        await report({
          claims: Array.from({ length: 10 }, (_, m) => [`<flood-${n}-${m}@x>`]),
          reporter: 'flood@a.test',
        })
      const rows = (await stores.reports.list({}, 2000)).filter((each) => each.reporter === 'flood@a.test')
      assert.equal(rows.length, 501)
      const rest = rows.filter((each) => each.outcome === 'too-many')
      assert.deepEqual(
        rest.map((each) => [each.times, each.state]),
        [[100, 'refused']],
      )
    })

    test('pages go on where the one before ended, and end where reach does', async () => {
      const within = { tenants: ['one'], domains: ['a.test'] }
      const all = await stores.readReports.list({ within }, 2000)
      const pages: string[] = []
      for (let before = '~'; ; ) {
        const page = await stores.readReports.list({ within, before }, 300)
        pages.push(...page.map((each) => each.id))
        before = page.at(-1)?.id ?? ''
        if (page.length < 300) break
      }
      assert.ok(pages.length > 500)
      assert.deepEqual(
        pages,
        all.map((each) => each.id),
      )
      for (const reach of [
        { tenants: ['two'], domains: null },
        { tenants: ['one'], domains: ['b.test'] },
      ])
        assert.deepEqual(await stores.readReports.list({ within: reach }, 10), [])
    })

    test('old ones are forgotten, a batch at a time', async () => {
      const before = (await stores.reports.list({}, 5000)).length
      await report({ claims: [['<old-1@x>'], ['<old-2@x>']], reporter: 'old@a.test' }, start - 10 * day)
      assert.equal(await stores.reports.forgetBefore(start - 9 * day, 1), 1)
      assert.equal(await stores.reports.forgetBefore(start - 9 * day, 10), 1)
      assert.equal((await stores.reports.list({}, 5000)).length, before)
    })
  })
}

function plain(message: Partial<NewMessage>, delivery: Partial<NewDelivery>): Acceptance {
  const at = clock++
  const explanation = {
    verdict: 'spam',
    score: 210,
    findings: [{ check: 'x', code: 'odd', weight: 210, text: 'Secret words.' }],
    facts: { versions: { definitions: 'v1' } },
    timings: {},
  }
  return acceptanceOf(at, { explanation, ...message }, delivery)
}
