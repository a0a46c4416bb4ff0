import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { balanced, difference, settledBooks } from '../harness/books.ts'
import { arrivals, composeLetter, sendLetter } from '../harness/letter.ts'
import { type Outside, openOutside } from '../harness/outside.ts'
import { refusalOf } from '../harness/refusal.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { plot, storyOf } from '../harness/story.ts'
import { waitUntil } from '../harness/wait-until.ts'

const [spam, notspam] = ['spam@mx.site.example', 'notspam@mx.site.example']
const [anna, bob, carl] = ['anna@site.example', 'bob@site.example', 'carl@other.example']
/** Of the job that answers, as often as the site has it do so. */
const twoRoundsMs = 2500

interface Report {
  readonly id: string
  readonly tenant: string
  readonly reporter: string
  readonly kind: string
  readonly isProven: boolean
  readonly times: number
  readonly messageId: string | null
  readonly verdict: string | null
  readonly versions: Readonly<Record<string, unknown>>
  readonly state: string
  readonly outcome: string
  readonly asksForRelease: boolean
}

describe('reports of missed spam and false alarms', () => {
  let site: TestSite
  let outside: Outside
  let sink: Sink

  before(async () => {
    // site.example lets only this machine send; other.example says nothing about who may.
    outside = await openOutside(['stranger.example'], {
      'site.example': { TXT: ['v=spf1 ip4:127.0.0.1 -all'] },
      'stranger.example': { TXT: ['v=spf1 ip4:127.0.0.1 -all'] },
      'forged.example': { TXT: ['v=spf1 -all'] },
      'shut.example': { TXT: ['v=spf1 -all'] },
      '_dmarc.forged.example': { TXT: ['v=DMARC1; p=quarantine'] },
    })
    sink = await Sink.start({ keep: true })
    site = await TestSite.start({
      settings: { ...outside.settings, 'reports.answersPerHour': 8, 'jobs.every': '1s' },
    })
    for (const [tenant, domains] of [
      ['one', ['site.example', 'shut.example']],
      ['two', ['other.example']],
    ] as const) {
      await site.must('tenant', 'add', tenant)
      for (const domain of domains)
        await site.must('domain', 'add', domain, '--next-hop', sink.hop, '--tenant', tenant)
    }
    await site.must('user', 'add', ...[anna, bob, 'eve@shut.example', carl])
    await site.knows(carl)
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await Promise.all([sink.down(), outside.close()])
  })

  const answersTo = (report: string) =>
    sink.messages.filter((each) => each.content.includes(`Report: ${report}\r\n`))
  const listed = async (...words: string[]) =>
    (await site.json<{ reports: Report[] }>('reports', 'list', ...words)).reports
  const shown = (id: string) => site.json<Report>('reports', 'show', id)
  /** Sends a report with a letter attached as it came; answers the id of its mail. */
  const report = (to: string, from: string, original: string, name: string) =>
    sendLetter(site, {
      to,
      from,
      name,
      header: 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n',
      body: `--b\r\nContent-Type: text/plain\r\n\r\nLook.\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n${composeLetter({ to: from, name: original })}\r\n--b--\r\n`,
    })

  test('missed spam is taken with what was thought of it, delivered to nobody, and answered once', async () => {
    const reported = await sendLetter(site, { to: anna, name: 'missed' })
    await waitUntil('it is delivered', () => arrivals(sink, 'missed') === 1)
    const books = await settledBooks(site)
    const id = await report(spam, anna, 'missed', 'report-missed')
    const [found] = await listed('--state', 'open', '--tenant', 'one')
    assert.ok(found)
    const { tenant, reporter, kind, isProven, times, messageId, verdict, versions } = found
    assert.deepEqual(
      { id: found.id, tenant, reporter, kind, isProven, times, messageId, verdict },
      {
        id,
        tenant: 'one',
        reporter: anna,
        kind: 'missed-spam',
        isProven: true,
        times: 1,
        messageId: reported,
        verdict: 'clean',
      },
    )
    assert.ok(versions.definitions, 'the version that judged is kept')
    assert.deepEqual(plot(await storyOf(site, id)), ['accepted report-taken'])
    await waitUntil('the reporter has an answer', () => answersTo(id).length === 1)
    const [answer] = answersTo(id)
    assert.deepEqual([answer?.mailFrom, answer?.rcptTo], ['', [anna]])
    assert.match(answer?.content ?? '', /^Auto-Submitted: auto-replied\r$/m)
    await waitUntil('the answer is settled', async () => (await site.waiting()).length === 0)
    assert.deepEqual(await difference(site, books), { accepted: 2, delivered: 1, discarded: 1 })
    assert.equal(arrivals(sink, 'report-missed'), 0)

    await report(spam, anna, 'missed', 'report-missed-again')
    assert.equal((await shown(id)).times, 2)
    assert.equal((await listed('--tenant', 'one')).length, 1, 'what is said twice is counted')
    await site.must('reports', 'accept', id, '--note', 'Well seen.')
    await waitUntil('the reporter hears the outcome', () => answersTo(id).length === 2)
    assert.match(answersTo(id)[1]?.content ?? '', /you were right.+Well seen\./s)
    await report(spam, anna, 'missed', 'report-missed-once-more')
    const exported = await site.must('reports', 'export')
    const lines = exported
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.deepEqual(
      lines.map((each) => [each.id, each.kind, each.messageId, each.verdict, each.times, each.reporter]),
      [[id, 'missed-spam', reported, 'clean', 3, undefined]],
    )
    assert.equal(await site.must('reports', 'export', '--after', id), '')
    assert.match((await site.command('reports', 'refuse', id)).stderr, /is decided: accepted/)
    // Two rounds of the job that answers, and nothing more has come.
    await new Promise((resolve) => setTimeout(resolve, twoRoundsMs))
    assert.equal(answersTo(id).length, 2)
  })

  test('a false alarm asks for a release, which a person gives', async () => {
    const set = await sendLetter(site, { to: [anna, bob], name: 'alarm', from: 'x@forged.example' })
    const books = await settledBooks(site)
    const id = await report(notspam, anna, 'alarm', 'report-alarm')
    const found = await shown(id)
    assert.deepEqual([found.messageId, found.asksForRelease, found.kind], [set, true, 'false-alarm'])
    assert.match(await site.must('reports', 'list'), /asks for release/)
    await waitUntil('it is answered', () => answersTo(id).length === 1)
    assert.equal(arrivals(sink, 'alarm'), 0, 'a report alone releases nothing')
    await site.must('reports', 'accept', id)
    await waitUntil('the reporter has it', () => arrivals(sink, 'alarm') === 1)
    assert.deepEqual(
      sink.messages
        .filter((each) => each.headerMessageId === '<alarm@letter.example>')
        .map((each) => each.rcptTo),
      [[anna]],
      'the other recipient has not asked',
    )
    await waitUntil('it is told', () => answersTo(id).length === 2)
    await waitUntil('all is settled', async () => (await site.waiting()).length === 0)
    assert.deepEqual(await difference(site, books), {
      accepted: 3,
      delivered: 3,
      discarded: 1,
      quarantined: -1,
    })
    assert.equal((await shown(id)).outcome, 'released')
  })

  test("nobody learns of another tenant's mail, nor of another person's", async () => {
    await sendLetter(site, { to: bob, name: 'for-bob' })
    await waitUntil('it is delivered', () => arrivals(sink, 'for-bob') === 1)
    for (const who of [carl, anna]) {
      const id = await report(spam, who, 'for-bob', `curious-${who}`)
      const { messageId, verdict, state, outcome } = await shown(id)
      assert.deepEqual(
        { messageId, verdict, state, outcome },
        { messageId: null, verdict: null, state: 'refused', outcome: 'not-found' },
      )
      await waitUntil('the reporter hears so', () => answersTo(id).length === 1)
      assert.match(answersTo(id)[0]?.content ?? '', /no message was found that your\s+report names/)
    }
    const mine = await report(spam, bob, 'for-bob', 'true-bob')
    assert.equal((await shown(mine)).state, 'open')
    await waitUntil('it is answered', () => answersTo(mine).length === 1)
    await waitUntil('all is settled', async () => (await site.waiting()).length === 0)
    await balanced(site)
  })

  test('strangers, forgers and programs are refused, and nothing is written down', async () => {
    const [before, books] = [await listed(), await balanced(site)]
    for (const from of ['x@stranger.example', 'nobody@site.example', 'eve@shut.example']) {
      const reply = await report(spam, from, 'missed', `stranger-${from}`).catch((cause) => String(cause))
      assert.match(
        reply,
        /550 5\.7\.1 Reports are taken only from people whose mail comes through here/,
        from,
      )
      assert.equal((await refusalOf(site, reply)).reason, 'report-stranger')
    }
    await assert.rejects(report(spam, '', 'missed', 'bounce'))
    await assert.rejects(sendLetter(site, { to: 'other@mx.site.example', from: anna, name: 'other' }))
    assert.deepEqual(await listed(), before)
    assert.deepEqual(await difference(site, books), {})
  })

  test('whose domain cannot show it is taken, and marked', async () => {
    await sendLetter(site, { to: carl, name: 'for-carl' })
    await waitUntil('it is delivered', () => arrivals(sink, 'for-carl') === 1)
    const id = await report(spam, carl, 'for-carl', 'unproven')
    const { isProven, tenant, state } = await shown(id)
    assert.deepEqual({ isProven, tenant, state }, { isProven: false, tenant: 'two', state: 'open' })
    assert.match(await site.must('reports', 'show', id), /not proven: may be forged/)
    await waitUntil('it is answered', () => answersTo(id).length === 1)
  })

  test('a report goes to one address alone', async () => {
    const [report] = await Promise.allSettled([
      sendLetter(site, { to: [bob, spam], from: anna, name: 'both' }),
    ])
    assert.equal(report.status, 'fulfilled', 'the first recipient has it')
    const story = await storyOf(site, report.status === 'fulfilled' ? report.value : '')
    assert.deepEqual(
      story.deliveries.map((each) => each.rcptTo),
      [bob],
    )
  })

  test('who reports much gets so many answers an hour and no more', async () => {
    const ids: string[] = []
    for (let n = 0; n < 10; n++) {
      await sendLetter(site, { to: bob, name: `many-${n}` })
      ids.push(await report(spam, bob, `many-${n}`, `report-many-${n}`))
    }
    const answers = () =>
      sink.messages.filter((each) => each.mailFrom === '' && each.rcptTo[0] === bob).length
    await waitUntil('those that are allowed have come', () => answers() >= 8)
    await new Promise((resolve) => setTimeout(resolve, twoRoundsMs))
    assert.equal(answers(), 8)
    await site.must('reports', 'refuse', ids.at(-1) ?? '')
    await new Promise((resolve) => setTimeout(resolve, twoRoundsMs))
    assert.equal(answers(), 8, 'what was decided waits for the next hour')
    await waitUntil('all is settled', async () => (await site.waiting()).length === 0)
    await balanced(site)
  })
})

describe('reports where checks run in another process', () => {
  test('wait with other mail, and are taken when they have been read', async () => {
    const sink = await Sink.start({ keep: true })
    const gateway = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: [anna],
      roles: ['gateway'],
    })
    const others = await TestSite.beside(gateway, ['inspection', 'delivery', 'jobs'])
    try {
      await sendLetter(gateway, { to: anna, name: 'split' })
      await waitUntil('it is delivered', () => arrivals(sink, 'split') === 1)
      const books = await settledBooks(gateway)
      const header = 'In-Reply-To: <split@letter.example>\r\n'
      const id = await sendLetter(gateway, { to: spam, from: anna, name: 'forward', header })
      await waitUntil('it is taken', async () =>
        plot(await storyOf(gateway, id)).includes('discarded report-taken'),
      )
      const { reports } = await gateway.json<{ reports: Report[] }>('reports', 'list')
      assert.deepEqual(
        reports.map((each) => [each.id, each.state, each.verdict]),
        [[id, 'open', 'clean']],
      )
      await waitUntil('it is answered', () => sink.messages.some((each) => each.mailFrom === ''))
      await waitUntil('all is settled', async () => (await gateway.waiting()).length === 0)
      assert.deepEqual(await difference(gateway, books), { accepted: 2, delivered: 1, discarded: 1 })
      await assert.rejects(
        sendLetter(gateway, { to: spam, from: 'x@stranger.example', name: 'later' }),
        /451 4\.3\.0/,
        'a stranger is not kept',
      )
    } finally {
      await others[Symbol.asyncDispose]()
      await gateway[Symbol.asyncDispose]()
      await sink.down()
    }
  })
})
