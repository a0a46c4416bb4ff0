import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { balanced } from '../harness/books.ts'
import { freePort } from '../harness/free-port.ts'
import { arrivals, type Letter, sendLetter } from '../harness/letter.ts'
import { type Outside, openOutside } from '../harness/outside.ts'
import { parseReport, type Report } from '../harness/report.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { plot, type Story, settledStory, storyOf } from '../harness/story.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** Nothing comes to its end by itself while a busy machine still works: its time is over when rows say so. */
const lifeMs = 3_600_000
const settings = {
  'delivery.expiryInbound': lifeMs / 1000,
  'delivery.notices': [1],
  'delivery.retry': [1],
  'delivery.ownRetry': [1],
  'delivery.laneConnections': 1,
}

describe('mail that waits too long', () => {
  let site: TestSite
  let outside: Outside
  let busy: Sink
  let own: Sink
  let away: Sink
  const ids = new Map<string, string>()
  /** How often the first letter for our own hop was tried within its life. */
  let tried = 0

  const send = async (letter: Letter) => ids.set(letter.name, await sendLetter(site, letter))
  const story = (name: string) => storyOf(site, ids.get(name) ?? '')
  // Each look is a command, which takes a busy machine seconds.
  const settled = (name: string): Promise<Story> =>
    waitUntil(`${name} is settled`, () => settledStory(site, ids.get(name) ?? ''), 180_000)
  const reports = (name: string): Report[] =>
    outside.mail.messages
      .filter((each) => each.content.includes(`<${name}@letter.example>`))
      .map((each) => parseReport(each.content))

  before(async () => {
    outside = await openOutside(['sender.example'])
    busy = await Sink.start({
      behaviour: (stage) => (stage === 'rcpt' ? '451 4.2.1 mailbox busy' : undefined),
    })
    ;[own, away] = [await Sink.start(), await Sink.start()]
    // A port of its own: the route that leads back here must still do so after the restart.
    const all = { ...outside.settings, ...settings, 'gateway.listen': [`127.0.0.1:${await freePort()}`] }
    site = await TestSite.start({
      domains: { 'busy.example': busy.hop, 'own.example': `${own.hop}?own=yes`, 'away.example': away.hop },
      users: ['b@busy.example', 'b@away.example', 'b@own.example'],
      settings: all,
    })
    const here = `smtp://127.0.0.1:${site.smtpPort}`
    await site.must('domain', 'add', 'round.example', '--next-hop', here, '--any-recipient')
    await site.knows('b@round.example')
    await own.down()
    const to = 'b@busy.example'
    await send({ to, name: 'plain', rcpt: ' ORCPT=rfc822;old+2Bname@busy.example', mail: ' ENVID=e7' })
    await send({ to, name: 'delayed', rcpt: ' NOTIFY=DELAY,FAILURE' })
    await send({ to, name: 'large', body: `${'z'.repeat(70)}\r\n`.repeat(6000) })
    await send({ to, name: 'bounce', from: '' })
    await send({ to, name: 'never', rcpt: ' NOTIFY=NEVER' })
    for (const n of [1, 2, 3]) {
      await send({ to: 'b@own.example', name: `own${n}` })
      await send({ to: 'b@round.example', name: `round${n}` })
    }
    await waitUntil('the delay is told', () => reports('delayed')[0])
    for (const alarm of ['next-hop-down', 'route-loop'])
      await waitUntil(`the alarm ${alarm}`, () => site.log.includes(`"alarm":"${alarm}"`))
    // The report that has arrived is settled a moment later; one that is killed between is sent again.
    await waitUntil('only the letters wait', async () => (await site.books()).waiting === ids.size)
    await site.kill()
    editRows(site, 'UPDATE deliveries SET expires_at = accepted_at')
    tried = (await story('own1')).deliveries[0]?.attempts ?? 0
    await site.launch()
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await Promise.all([busy.down(), own.down(), away.down(), outside.close()])
  })

  test('its sender gets a report that programs understand (RFC 3464)', async () => {
    assert.deepEqual(plot(await settled('plain')).slice(-1), ['returned expired'])
    const report = await waitUntil('the report arrives', () => reports('plain')[0])
    assert.equal(
      outside.mail.messages.every((each) => each.mailFrom === ''),
      true,
    )
    assert.match(report.header['content-type'] ?? '', /^multipart\/report; report-type=delivery-status/)
    assert.match(report.header['auto-submitted'] ?? '', /^auto-/)
    assert.deepEqual(
      report.parts.map((each) => each.type),
      ['text/plain', 'message/delivery-status', 'message/rfc822'],
    )
    assert.equal(report.message['reporting-mta'], 'dns; mx.site.example')
    assert.equal(report.message['original-envelope-id'], 'e7')
    const [recipient = {}, ...more] = report.recipients
    assert.deepEqual(more, [])
    assert.equal(recipient['original-recipient'], 'rfc822; old+name@busy.example')
    assert.equal(recipient['final-recipient'], 'rfc822; b@busy.example')
    assert.equal(recipient.action, 'failed')
    assert.equal(recipient.status, '4.4.7')
    assert.equal(recipient['diagnostic-code'], 'smtp; 451 4.2.1 mailbox busy')
    assert.ok(Date.parse(recipient['last-attempt-date'] ?? '') > 0)
    assert.match(report.parts[2]?.body ?? '', /^Subject: plain\r\n[\s\S]*\r\n\r\nwords\r\n/m)
  })

  test('whoever asked hears of the delay once, then of the end once', async () => {
    await settled('delayed')
    await waitUntil('both reports', () => reports('delayed').length >= 2)
    const [delay, end] = reports('delayed').map((each) => each.recipients[0] ?? {})
    assert.deepEqual([delay?.action, delay?.status], ['delayed', '4.4.7'])
    assert.equal(delay?.['diagnostic-code'], 'smtp; 451 4.2.1 mailbox busy')
    const leftMs =
      Date.parse(delay?.['will-retry-until'] ?? '') - Date.parse(delay?.['last-attempt-date'] ?? '')
    assert.ok(leftMs > 0.8 * lifeMs && leftMs < lifeMs, `${leftMs} ms are left`)
    assert.equal(end?.action, 'failed')
    assert.equal(reports('delayed').length, 2)
    assert.equal(reports('plain').length, 1, 'who did not ask, hears nothing of the delay')
  })

  test('a large message comes back as its header', async () => {
    await settled('large')
    const report = await waitUntil('the report arrives', () => reports('large')[0])
    const original = report.parts[2]
    assert.equal(original?.type, 'text/rfc822-headers')
    assert.match(original?.body ?? '', /^Subject: large\r$/m)
    assert.doesNotMatch(original?.body ?? '', /zzzz/)
  })

  test('what nobody may hear of is discarded, and says why', async () => {
    assert.deepEqual(plot(await settled('bounce')).slice(-1), ['discarded bounce-of-bounce'])
    assert.deepEqual(plot(await settled('never')).slice(-1), ['discarded notify-never'])
    assert.deepEqual([reports('bounce'), reports('never')], [[], []])
    assert.deepEqual((await story('bounce')).deliveries[0]?.lastAttempt?.reply, 'mailbox busy')
  })

  test('mail for a hop of our own, or for a route that leads back here, waits beyond its life', async () => {
    const names = [1, 2, 3].flatMap((n) => [`own${n}`, `round${n}`])
    const attempts = async () => (await story('own1')).deliveries[0]?.attempts ?? 0
    await waitUntil('it is tried beyond its life', async () => (await attempts()) > tried + 1)
    for (const name of names) {
      const { deliveries } = await story(name)
      assert.equal(deliveries[0]?.state, 'waiting', `${name} is ${deliveries[0]?.reason}`)
    }
    assert.equal(names.flatMap(reports).length, 0)
    const books = await waitUntil('nothing else waits', async () => {
      const found = await balanced(site)
      return found.waiting === names.length && found
    })
    assert.deepEqual([books.returned, books.discarded], [3, 2])
  })

  test('a node that was away longer than its mail lives returns none of it untried', async () => {
    await away.down()
    for (let n = 0; n < 40; n++) await send({ to: 'b@away.example', name: `away${n}` })
    await site.kill()
    editRows(site, `UPDATE deliveries SET expires_at = 1, accepted_at = accepted_at - ${lifeMs}`)
    away.behaviour = (stage) => (stage === 'final' ? { kind: 'slow', ms: 250 } : undefined)
    await away.listen()
    await site.launch()
    await waitUntil(
      'all of it is delivered',
      () => arrivals(away, 'away39') === 1 && away.messages.length === 40,
      120_000,
    )
    const alarms = ['own-hop-waiting', 'waiting-10-percent', 'waiting-50-percent', 'waiting-90-percent']
    for (const alarm of alarms)
      await waitUntil(`the alarm ${alarm}`, () => site.log.includes(`"alarm":"${alarm}"`))
    await own.listen()
    await waitUntil('our own hop gets its mail when it is back', () => own.messages.length === 3)
    const books = await waitUntil('only the loop waits', async () => {
      const found = await balanced(site)
      return found.waiting === 3 && found
    })
    assert.deepEqual([books.returned, books.discarded], [3, 2])
  })
})

/** Changes rows while no process runs: time goes by. */
function editRows(site: TestSite, sql: string): void {
  const database = new DatabaseSync(join(site.folder, 'data', 'mailkeep.db'))
  database.exec(sql)
  database.close()
}
