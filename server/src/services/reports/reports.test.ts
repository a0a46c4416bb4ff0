import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Acceptance } from '#flow/spool/message-store.ts'
import type { NewReport } from '#flow/spool/report.ts'
import { createAlarms } from '#ground/platform/alarms.ts'
import { systemClock } from '#ground/platform/clock.ts'
import { loadConfig } from '#ground/platform/config/load-config.ts'
import { newId } from '#ground/platform/ids.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import { openTestSite, plainDelivery, plainMessage, type TestSite } from '../../test-site.ts'
import { composeReportAnswer } from '../../wiring/report-answer.ts'
import { attendToReports, type ReportParts } from './attend-to-reports.ts'
import { closeUndecided } from './close-undecided.ts'
import { acceptReport, refuseReport } from './decide-report.ts'
import { reportFalseAlarm } from './report-false-alarm.ts'
import type { DueAnswer } from './report-store.ts'
import { tellUndecided } from './tell-undecided.ts'

const anna = 'anna@example.test'
const now = Date.now()
const terms = { lifeMs: 1000 }

describe('what has to be done about reports', () => {
  test('false alarms go by themselves where policy says so, but no virus and nothing that may be forged', async () => {
    using it = openTestSite()
    const good = quarantined(it, 'good', 'spam')
    const virus = quarantined(it, 'virus', 'virus')
    const unseen = quarantined(it, 'unseen', 'unscanned')
    const forged = quarantined(it, 'forged', 'spam')
    for (const name of ['good', 'virus', 'unseen']) report(it, name, 'false-alarm')
    report(it, 'forged', 'false-alarm', { isProven: false })
    await attendToReports(partsOf(it, { releasesItself: false }))
    for (const id of [good, virus, unseen, forged]) assert.equal(await stateOf(it, id), 'quarantined')
    await attendToReports(partsOf(it, { releasesItself: true }))
    assert.equal(await stateOf(it, good), 'waiting')
    for (const id of [virus, unseen, forged]) assert.equal(await stateOf(it, id), 'quarantined')
    const [decided, ...others] = await it.site.reports.list({ state: 'accepted' }, 10)
    assert.deepEqual([decided?.outcome, decided?.decidedBy], ['released', 'policy:reports.release'])
    assert.equal(others.length, 0)
  })

  test('what a report releases is told of when it has been scanned once more: it goes, or was stopped', async () => {
    using it = openTestSite()
    const ends = { good: 'waiting', bad: 'quarantined' } as const
    const ids = Object.keys(ends).map((name) => quarantined(it, name, 'spam'))
    for (const name of Object.keys(ends)) report(it, name, 'false-alarm')
    const told: string[] = []
    const texts: string[] = []
    const parts = partsOf(it, { told, texts, releasesItself: true })
    await attendToReports(parts)
    assert.deepEqual(told, [])
    it.stores.transaction(() => {
      it.stores.messages.claimUninspected('p', now, now + 1, 10)
      for (const [at, state] of Object.values(ends).entries()) {
        const id = ids[at] ?? ''
        const reason = state === 'waiting' ? 'released-from-quarantine' : 'release-stopped'
        it.stores.messages.decide(id, 'p', now, {
          ...{ explanation: null, edits: [], subject: '', headerFrom: '', headerMessageId: '' },
          decisions: [{ messageId: id, n: 0, state, reason, dueAt: state === 'waiting' ? now : null }],
        })
      }
    })
    await attendToReports(parts)
    assert.deepEqual(told, [`${anna} decided`, `${anna} decided`])
    const [good, bad] = ['good', 'bad'].map((name) => texts.find((each) => each.includes(`<${name}@x>`)))
    assert.match(good ?? '', /has been released\s/)
    assert.match(bad ?? '', /stopped\s+before\s+it\s+left/)
  })

  test('answers beyond those of an hour are left out, decisions wait, and nobody else waits with them', async () => {
    using it = openTestSite()
    for (const name of ['a', 'b', 'c']) {
      delivered(it, name)
      report(it, name, 'missed-spam')
    }
    delivered(it, 'd', 'ben@example.test')
    const ben = report(it, 'd', 'missed-spam', { reporter: 'ben@example.test' })
    const told: string[] = []
    const parts = partsOf(it, { told })
    await attendToReports(parts)
    assert.deepEqual([...told].sort(), [`${anna} taken`, `${anna} taken`, 'ben@example.test taken'])
    const [first] = await it.site.reports.list({ tenant: 'example' }, 10)
    assert.equal(first?.id, ben)
    for (const each of await it.site.reports.list({}, 10)) await refuseReport(orderOf(it, each.id))
    await attendToReports(parts)
    assert.deepEqual(told.slice(3), ['ben@example.test decided'])
    await attendToReports(partsOf(it, { told, at: now + 2 * 3_600_000 }))
    assert.equal(told.filter((each) => each === `${anna} decided`).length, 2, 'in the next hour')
  })

  test('one answer that cannot be sent holds up nobody, is told of, and is tried again', async () => {
    using it = openTestSite()
    delivered(it, 'a')
    delivered(it, 'b', 'ben@example.test')
    report(it, 'a', 'missed-spam')
    report(it, 'b', 'missed-spam', { reporter: 'ben@example.test' })
    const told: string[] = []
    const parts = partsOf(it, { told })
    const failing = {
      ...parts,
      tell: async (answer: DueAnswer) => {
        if (answer.report.reporter === anna) throw new Error('the spool is full')
        await parts.tell(answer)
      },
    }
    await assert.rejects(attendToReports(failing), /the spool is full/)
    assert.deepEqual(told, ['ben@example.test taken'])
    await attendToReports(parts)
    assert.deepEqual(told, ['ben@example.test taken', `${anna} taken`])
  })
})

describe('a report that nobody decides', () => {
  const dayMs = 86_400_000

  test('is kept for as long as it waits; once decided its answer is sent before it is forgotten', async () => {
    using it = openTestSite()
    for (const name of ['a', 'b']) delivered(it, name)
    const [open, decided] = [report(it, 'a', 'missed-spam'), report(it, 'b', 'missed-spam')]
    await refuseReport(orderOf(it, decided))
    const late = now + 5 * dayMs
    await attendToReports(partsOf(it, { at: late }))
    const left = async () => (await it.site.reports.list({}, 10)).map(({ id }) => id)
    assert.deepEqual(await left(), [open])
    await refuseReport({ ...orderOf(it, open), at: late })
    const told: string[] = []
    await attendToReports(partsOf(it, { at: late + 1, told }))
    assert.deepEqual([await left(), told], [[open], [`${anna} decided`]])
    await attendToReports(partsOf(it, { at: late + 2 * dayMs }))
    assert.deepEqual(await left(), [])
  })

  test('raises an alarm for the domain of who waits, until it is decided', async () => {
    using it = openTestSite()
    give(it, 'example.test', 'example')
    delivered(it, 'a')
    const id = report(it, 'a', 'missed-spam')
    const alarms = createAlarms(systemClock, createSilentLog())
    const look = (at: number) => tellUndecided(it.site.reports, alarms, at, dayMs)
    const open = () => alarms.open().map(({ name, subject }) => `${name} ${subject}`)
    await look(now + dayMs - 1)
    assert.deepEqual(open(), [])
    await look(now + dayMs + 1)
    assert.deepEqual(open(), ['reports-undecided example.test'])
    assert.match(alarms.open()[0]?.text ?? '', /one report waits for an answer, the oldest since /)
    await refuseReport(orderOf(it, id))
    await look(now + dayMs + 2)
    assert.deepEqual(open(), [])
  })

  test('is told of by the domain that it was for, and to the operator alone where that is of another tenant', async () => {
    using it = openTestSite()
    give(it, 'example.test', 'example')
    give(it, 'alias.test', 'example')
    delivered(it, 'a')
    const id = report(it, 'a', 'missed-spam')
    it.stores.database.prepare("UPDATE reports SET rcpt_to = 'anna@alias.test' WHERE id = ?").run(id)
    const alarms = createAlarms(systemClock, createSilentLog())
    const told = async () => {
      await tellUndecided(it.site.reports, alarms, now + dayMs + 1, dayMs)
      return alarms.open().map(({ subject, text }) => `${subject}: ${text.split(/,| for /)[0]}`)
    }
    assert.deepEqual(await told(), ['alias.test: of people of alias.test one report waits'])
    give(it, 'alias.test', 'other')
    assert.deepEqual(await told(), ['tenant:example: of people of the tenant example'])
  })

  test('is closed in the end, and its reporter hears that nobody decided', async () => {
    using it = openTestSite()
    give(it, 'example.test', 'example')
    delivered(it, 'a')
    const id = report(it, 'a', 'missed-spam')
    const [told, texts]: [string[], string[]] = [[], []]
    const close = (at: number) => closeUndecided(partsOf(it, {}), at, 90 * dayMs)
    await close(now + 90 * dayMs - 1)
    assert.equal((await it.site.reports.read(id))?.state, 'open')
    const end = now + 90 * dayMs + 1
    await close(end)
    const closed = await it.site.reports.read(id)
    assert.deepEqual(
      [closed?.state, closed?.note, closed?.decidedBy],
      ['refused', 'Nobody decided in time.', 'policy:reports.closeAfter'],
    )
    await attendToReports(partsOf(it, { told, texts, at: end }))
    assert.deepEqual(told, [`${anna} decided`])
    assert.match(
      texts.join().replace(/\s+/g, ' '),
      /Subject: Nobody has decided on your report .*nobody has decided on the message/,
    )
  })

  test('is closed at once where its tenant or its domain is gone, and nobody is written to', async () => {
    using it = openTestSite()
    give(it, 'here.test', 'example')
    const ids = ['anna@here.test', 'anna@gone.test', 'ben@here.test'].map((reporter) => {
      delivered(it, reporter, reporter)
      return report(it, reporter, 'missed-spam', { reporter })
    })
    it.stores.database.prepare("UPDATE reports SET tenant = 'nobody' WHERE reporter = 'ben@here.test'").run()
    await closeUndecided(partsOf(it, {}), now, 90 * dayMs)
    const lines = await Promise.all(ids.map((id) => it.site.reports.read(id)))
    assert.deepEqual(
      lines.map((each) => each?.state),
      ['open', 'refused', 'refused'],
    )
    const told: string[] = []
    await attendToReports(partsOf(it, { told }))
    assert.deepEqual(told, ['anna@here.test taken'])
  })
})

describe('deciding a report', () => {
  test('accepting releases what is in quarantine, never a virus, and says so in the audit log', async () => {
    using it = openTestSite()
    const virus = quarantined(it, 'virus', 'virus')
    const gone = quarantined(it, 'gone', 'spam')
    const aboutVirus = report(it, 'virus', 'false-alarm')
    const aboutGone = report(it, 'gone', 'false-alarm')
    it.stores.transaction(() => it.stores.quarantine.remove(gone, null, now, 'x'))
    assert.equal(await acceptReport(orderOf(it, aboutVirus), terms), 'noted')
    assert.equal(await acceptReport(orderOf(it, aboutGone), terms), 'noted')
    assert.equal(await stateOf(it, virus), 'quarantined')
    assert.equal(await stateOf(it, gone), 'discarded')
    const rows = it.stores.database
      .prepare(`SELECT tenant, detail FROM changes WHERE what = 'report-accepted' ORDER BY id`)
      .all() as { tenant: string; detail: string }[]
    // Those of a tenant see in their audit log what was decided of theirs.
    assert.deepEqual(
      rows.map(({ tenant, detail }) => [tenant, JSON.parse(detail)]),
      [
        ['example', { report: aboutVirus, messageId: virus, outcome: 'noted' }],
        ['example', { report: aboutGone, messageId: gone, outcome: 'noted' }],
      ],
    )
  })

  test('none is decided, and nothing released by it, that the audit log cannot be told of', async () => {
    using it = openTestSite()
    const message = quarantined(it, 'a', 'spam')
    const id = report(it, 'a', 'false-alarm')
    delivered(it, 'b')
    const missed = report(it, 'b', 'missed-spam')
    await it.withoutAudit(() => acceptReport(orderOf(it, id), terms))
    await it.withoutAudit(() => acceptReport(orderOf(it, missed), terms))
    await it.withoutAudit(() => refuseReport(orderOf(it, missed)))
    await it.withoutAudit(() => reportFalseAlarm({ ...orderOf(it, id), messageId: message }))
    const open = await it.site.reports.list({ state: 'open' }, 10)
    assert.deepEqual(open.map((each) => each.id).sort(), [id, missed].sort())
    assert.equal((await it.site.reports.list({}, 10)).length, 2, 'and none is noted')
    assert.equal(await stateOf(it, message), 'quarantined')
  })

  test('whoever reaches another tenant or another domain finds no report', async () => {
    using it = openTestSite()
    quarantined(it, 'a', 'spam')
    const id = report(it, 'a', 'false-alarm')
    for (const within of [
      { tenants: ['other'], domains: null },
      { tenants: ['example'], domains: ['other.test'] },
    ]) {
      const order = { ...orderOf(it, id), within }
      await assert.rejects(acceptReport(order, terms), /there is no report/)
      await assert.rejects(refuseReport(order), /there is no report/)
      assert.deepEqual(await it.site.reports.list({ within }, 10), [])
    }
    const within = { tenants: ['example'], domains: ['example.test'] }
    const [line] = await it.site.reports.list({ within }, 10)
    assert.deepEqual([line?.id, line?.subject, line?.mailState], [id, 'secret', 'quarantined'])
    assert.equal(await acceptReport({ ...orderOf(it, id), within }, terms), 'released')
  })

  test('a report is decided once, and one that found no message is decided already', async () => {
    using it = openTestSite()
    delivered(it, 'a')
    const [found, unknown] = [report(it, 'a', 'missed-spam'), report(it, 'nowhere', 'missed-spam')]
    await refuseReport(orderOf(it, found))
    await assert.rejects(acceptReport(orderOf(it, found), terms), /is decided: refused/)
    await assert.rejects(refuseReport(orderOf(it, unknown)), /is decided: refused \(not-found\)/)
    await assert.rejects(refuseReport(orderOf(it, 'nosuchid')), /there is no report/)
  })
})

test('an answer says nothing of the message but what the report named, and survives odd names and notes', async () => {
  using it = openTestSite()
  quarantined(it, 'odd', 'spam')
  const id = report(it, 'odd', 'false-alarm')
  const found = await it.site.reports.read(id)
  assert.ok(found)
  const { config } = loadConfig(null, { MAILKEEP_SITE_HOST: 'mx.test' })
  const odd = {
    ...found,
    headerMessageId: `<a\r\nBcc: x@y.test\r\n>`,
    note: `Line\r\n.\r\nSubject: x ${'w'.repeat(3000)}`,
  }
  const { message, body, deliveries } = composeReportAnswer(
    { report: odd, about: 'decided', lately: 0, isStopped: false },
    { config, fromName: 'Nörth\r\nBcc: x@y.test' },
    now,
  )
  const text = body.kind === 'inline' ? Buffer.from(body.bytes).toString() : ''
  const [head = '', ...rest] = text.split('\r\n\r\n')
  assert.equal(/^bcc|secret/im.test(head), false)
  assert.match(head, /^From: =\?utf-8\?B\?[^\r\n]+ <postmaster@mx\.test>$/m)
  assert.equal(/^(?:Bcc|Subject):/m.test(rest.join('\r\n\r\n')), false)
  assert(text.split('\r\n').every((line) => line.length <= 998))
  assert.deepEqual(
    [message.mailFrom, deliveries[0]?.dsn.notify, deliveries[0]?.rcptTo],
    ['', ['never'], anna],
  )
})

function quarantined(it: TestSite, name: string, verdict: string): string {
  return it.accept({
    message: {
      headerMessageId: `<${name}@x>`,
      subject: 'secret',
      explanation: { verdict, score: 300, findings: [], facts: {}, timings: {} },
    },
    deliveries: [{ state: 'quarantined', reason: 'score', dueAt: null }],
  })
}

function delivered(it: TestSite, name: string, rcptTo = anna): void {
  it.accept({ message: { headerMessageId: `<${name}@x>` }, deliveries: [{ rcptTo }] })
}

/** A domain of a tenant; one that another had goes to it. */
function give({ stores }: TestSite, name: string, tenant: string): void {
  const plain = { parent: null, level: 'customer', name: '', settings: {}, locked: [] } as const
  stores.transaction(() => {
    stores.directory.putTenant({ ...plain, id: tenant })
    stores.directory.putDomain({ name, tenant, nextHop: 'mx:x.test', settings: {} }, now)
  })
}

/** Takes a report as the gateway does; answers its id. */
function report(it: TestSite, name: string, kind: NewReport['kind'], more: Partial<NewReport> = {}): string {
  const id = newId(now)
  const claims = [[`<${name}@x>`]]
  const all = { tenant: 'example', reporter: anna, kind, isProven: true, isAnswered: true, claims, ...more }
  const acceptance: Acceptance = {
    message: plainMessage(id, now),
    body: { kind: 'inline', bytes: Buffer.from('\r\n') },
    deliveries: [
      {
        ...plainDelivery(0, now),
        rcptTo: 'spam@mx.test',
        state: 'discarded',
        reason: 'report-taken',
        dueAt: null,
      },
    ],
    lease: null,
    report: all,
  }
  it.stores.transaction(() => it.stores.messages.accept(acceptance))
  return id
}

function orderOf({ site }: TestSite, id: string) {
  const { reports, ledger, directory } = site
  return { reports, ledger, directory, id, note: '', at: now, who: 'test', ip: '' }
}

function partsOf(
  it: TestSite,
  {
    releasesItself = false,
    told = [] as string[],
    texts = [] as string[],
    at = now,
  }: { releasesItself?: boolean; told?: string[]; texts?: string[]; at?: number },
): ReportParts {
  const { reports, ledger, directory } = it.site
  const { config } = it.site.loaded
  return {
    reports,
    readReports: reports,
    ledger,
    directory,
    now: () => at,
    tell: async (answer) => {
      const acceptance = composeReportAnswer(answer, { config }, at)
      it.stores.transaction(() => it.stores.messages.accept(acceptance))
      told.push(`${answer.report.reporter} ${answer.about}`)
      if (acceptance.body.kind === 'inline') texts.push(Buffer.from(acceptance.body.bytes).toString())
    },
    settings: () => ({ ...terms, releasesItself, answersPerHour: 2, keepMs: 86_400_000 }),
  }
}

async function stateOf({ site }: TestSite, id: string): Promise<string | undefined> {
  const traced = await site.ledger.read(id)
  return traced?.kind === 'message' ? traced.deliveries[0]?.state : undefined
}
