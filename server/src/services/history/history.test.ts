import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { OrderError } from '#services/ledger/order-error.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { buildTotals } from './build-totals.ts'
import { type HistoryOrder, importHistory, previewImport, undoImport } from './import-history.ts'
import type { HistoryIncident } from './incident.ts'
import { separateEntry } from './separate-entry.ts'

const folder = new URL('../../../../tests/history/', import.meta.url)
const files = readdirSync(folder).toSorted()
const given = (name: string) => ({ name: `some/where/${name}`, bytes: readFileSync(new URL(name, folder)) })
const orderOf = (it: TestSite): HistoryOrder => ({ ...it.order, history: it.site.history })
const places = (each: HistoryIncident) => each.sources.map((at) => `${at.file}:${at.line}`).toSorted()

/** The history of all fixtures, and the incident that an entry became. */
async function importAll(it: TestSite, names: readonly string[] = files) {
  const found = await importHistory(orderOf(it), names.map(given))
  const at = (place: string) => {
    const incident = found.incidents.find((each) => places(each).includes(place))
    assert.ok(incident, `no incident has ${place}`)
    return incident
  }
  return { ...found, at }
}

describe('one history out of documents in five forms', () => {
  test('an order that has no place writes nothing; one that fails behind its write is told, and ends with the next', async () => {
    using it = openTestSite()
    const { incidents, documents } = await importAll(it)
    const [first, ...others] = documents
    assert.ok(first && others.length > 0)
    const full: HistoryOrder = {
      ...orderOf(it),
      workOut: async () => {
        throw new OrderError('conflict', 'come again')
      },
    }
    const told = async () =>
      (await it.site.access.audit(null, null, 500)).filter((each) => /^history-/.test(each.what)).length
    const before = await told()
    await assert.rejects(undoImport(full, first.id), { code: 'conflict' })
    const named = { file: 'reports.txt', line: 10 }
    await assert.rejects(separateEntry(full, named, true), { code: 'conflict' })
    assert.equal((await it.site.history.documents()).length, documents.length)
    assert.ok((await it.site.history.entries()).every((each) => !each.apart))
    assert.equal(await told(), before)
    const lost: HistoryOrder = {
      ...orderOf(it),
      workOut: async (work) => {
        await work()
        throw new Error('the thread has ended')
      },
    }
    await assert.rejects(undoImport(lost, first.id), /has ended/)
    assert.equal(await told(), before + 1)
    assert.deepEqual(await it.site.history.incidents(), incidents)
    await assert.rejects(undoImport(orderOf(it), first.id), { code: 'not-found' })
    const left = (await it.site.history.incidents()).flatMap((each) => each.sources.map((one) => one.id))
    assert.deepEqual(left.toSorted(), (await it.site.history.entries()).map((each) => each.id).toSorted())
  })

  test('every entry is in exactly one incident, whichever file comes first', async () => {
    using it = openTestSite()
    const { incidents, documents } = await importAll(it)
    const all = incidents.flatMap(places)
    assert.equal(new Set(all).size, all.length)
    assert.equal(
      all.length,
      documents.reduce((sum, each) => sum + each.entries, 0),
    )
    using other = openTestSite()
    let last: readonly HistoryIncident[] = []
    for (const name of files.toReversed()) last = (await importAll(other, [name])).incidents
    assert.deepEqual(last.map(places).toSorted(), incidents.map(places).toSorted())
  })

  test('a second import adds nothing and changes nothing', async () => {
    using it = openTestSite()
    const first = await importAll(it)
    assert.equal(first.added, first.incidents.length)
    const again = await importAll(it)
    assert.equal(again.added, 0)
    assert.ok(again.documents.every((each) => each.known))
    assert.deepEqual(again.incidents, first.incidents)
    assert.equal(
      (await it.site.history.entries()).length,
      first.documents.reduce((n, each) => n + each.entries, 0),
    )
  })

  test('the same incident from several documents is one, with where each fact comes from', async () => {
    using it = openTestSite()
    const { at } = await importAll(it)
    const webmail = at('tracker-first.txt:11')
    assert.deepEqual(places(webmail), ['reports.txt:10', 'statuspage.json:1', 'tracker-first.txt:11'])
    assert.deepEqual(webmail.provenance.severity?.map((each) => each.file).toSorted(), [
      'statuspage.json',
      'tracker-first.txt',
    ])
    assert.equal(webmail.cause, 'disk')
    // Hidden and shown mail addresses, and a page that has lost the title, make no difference.
    const bounced = at('tracker-first.txt:55')
    assert.deepEqual(places(bounced), ['incident-bare.txt:1', 'reports.txt:13', 'tracker-first.txt:55'])
    // A block that a page repeats with other spacing.
    assert.equal(places(at('reports.txt:17')).includes('reports.txt:20'), true)
  })

  test('one title on several days is several incidents, and so are two windows of maintenance', async () => {
    using it = openTestSite()
    const { at, incidents } = await importAll(it)
    const slow = incidents.filter((each) => each.title === 'Incoming post is slow')
    assert.equal(slow.length, 3)
    assert.deepEqual(places(at('tracker-second.txt:29')), ['reports.txt:23', 'tracker-second.txt:29'])
    assert.deepEqual(places(at('tracker-first.txt:33')), ['incident.txt:3', 'tracker-first.txt:33'])
    const moved = incidents.filter((each) => each.kind === 'maintenance')
    assert.deepEqual(
      moved.map((each) => [each.date, each.durationMinutes, each.durationBasis]),
      [
        ['2027-06-05', 150, 'planned'],
        ['2027-06-12', 150, 'planned'],
      ],
    )
  })

  test('lengths: printed to the minute, by moments where days were printed, as told, else unknown', async () => {
    using it = openTestSite()
    const { at } = await importAll(it)
    const length = (place: string) => [at(place).durationMinutes, at(place).durationBasis]
    assert.deepEqual(length('tracker-first.txt:33'), [174, 'printed'])
    assert.deepEqual(length('tracker-second.txt:7'), [16 * 1440 + 14 * 60 + 44, 'moments'])
    assert.deepEqual(length('tracker-first.txt:55'), [90, 'told'])
    assert.deepEqual(length('reports.txt:28'), [80, 'told'])
    assert.deepEqual(length('reports.txt:15'), [null, 'none'])
  })

  test('an end before the detection makes no length, but a report afterwards with its delay', async () => {
    using it = openTestSite()
    const { at } = await importAll(it)
    const bounced = at('tracker-first.txt:55')
    assert.equal(bounced.isReportedAfterwards, true)
    assert.equal(bounced.date, '2027-04-01')
    assert.match(bounced.conflicts.join(), /printed end is older/)
    // 9:15 to 10:45 in New York, summer time; posted at 15:00 UTC the day after.
    assert.equal(bounced.minutesToNotice, (24 + 15) * 60 - (13 * 60 + 15))
    assert.equal(bounced.minutesFromEndToNotice, (24 + 15) * 60 - (14 * 60 + 45))
  })

  test('days: weekdays tell the year, what contradicts itself is told, neighbours bound the rest', async () => {
    using it = openTestSite()
    const { at } = await importAll(it)
    const search = at('reports.txt:15')
    assert.equal(search.date, null)
    assert.deepEqual(search.window, ['2027-03-09', '2027-04-01'])
    // November 17 was a Tuesday in 2026, and no other year fits the page.
    assert.deepEqual([at('reports.txt:26').date, at('reports.txt:26').dateBasis], ['2026-11-17', 'told'])
    assert.deepEqual(at('reports.txt:28').window, ['2021-11-12', '2026-11-17'])
    assert.deepEqual(at('reports.txt:30').conflicts, [])
    const alone = await importAlone(
      'On Wed, Mar 3, the gates stood still for a while and nobody could say why at all.',
    )
    assert.equal(alone.date, '2027-03-03')
    const odd = await importAlone(
      'On Fri, Apr 1, the gates stood still for a while and nobody could say why at all.',
    )
    assert.equal(odd.date, '2027-04-01')
    assert.match(odd.conflicts.join(), /says fri, 2027-04-01 was thu/)
  })

  test('glued names fall apart by the other names of the history', async () => {
    using it = openTestSite()
    const { at } = await importAll(it)
    assert.deepEqual(at('tracker-first.txt:33').components, ['Intake Servers', 'Webmail'])
    assert.equal(at('tracker-first.txt:33').componentsBasis, 'stated')
    assert.deepEqual(
      [at('reports.txt:2').components, at('reports.txt:2').componentsBasis],
      [['Webmail'], 'inferred'],
    )
  })

  test('an entry that was merged wrongly can be taken out, and put back', async () => {
    using it = openTestSite()
    const { incidents } = await importAll(it)
    await separateEntry(orderOf(it), { file: 'reports.txt', line: 10 }, true)
    const apart = await it.site.history.incidents()
    assert.equal(apart.length, incidents.length + 1)
    assert.ok(apart.some((each) => places(each).join() === 'reports.txt:10'))
    assert.equal((await importAll(it)).incidents.length, incidents.length + 1)
    await separateEntry(orderOf(it), { file: 'reports.txt', line: 10 }, false)
    assert.deepEqual(await it.site.history.incidents(), incidents)
    await assert.rejects(separateEntry(orderOf(it), { file: 'reports.txt', line: 9 }, true), {
      code: 'not-found',
    })
  })

  test('a preview says what an import would come to and keeps nothing; an import is taken back as a whole', async () => {
    using it = openTestSite()
    const [first, ...others] = files as [string, ...string[]]
    const alone = await importAll(it, others)
    const seen = await previewImport(orderOf(it), [given(first)])
    assert.deepEqual(await it.site.history.incidents(), alone.incidents)
    const done = await importHistory(orderOf(it), [given(first)])
    assert.deepEqual(seen, done)
    assert.ok(done.added + done.mergedIncidents.length > 0)
    const { id = '' } = done.documents[0] ?? {}
    assert.deepEqual(await undoImport(orderOf(it), id), alone.incidents)
    assert.equal((await it.site.history.documents()).length, others.length)
    await assert.rejects(undoImport(orderOf(it), id), { code: 'not-found' })
    assert.deepEqual(await importHistory(orderOf(it), [given(first)]), done)
  })

  test('of two documents of one name the entry is taken out that is named by its id', async () => {
    using it = openTestSite()
    const csv = (title: string) => ({
      name: 'list.csv',
      bytes: Buffer.from(`title,started\n${title},2027-01-02T10:00:00Z\n`),
    })
    const { incidents } = await importHistory(orderOf(it), [csv('Mail waits'), csv('Mail  waits')])
    assert.equal(incidents.length, 1)
    const entry = incidents[0]?.sources.at(-1)?.id ?? ''
    const own = await separateEntry(orderOf(it), { id: entry }, true)
    assert.deepEqual([own.sources.length, own.sources[0]?.id, own.sources[0]?.apart], [1, entry, true])
    assert.equal((await separateEntry(orderOf(it), { id: entry }, false)).sources.length, 2)
  })

  test('what has no known form is refused, and nothing of the same order is kept', async () => {
    using it = openTestSite()
    const other = { name: 'letter.txt', bytes: Buffer.from('Dear all,\nnothing went wrong.\n') }
    await assert.rejects(importHistory(orderOf(it), [given('incident.txt'), other]), { code: 'wrong' })
    assert.deepEqual(await it.site.history.documents(), [])
  })
})

describe('sums of the history', () => {
  test('what is no downtime is summed apart, and each figure says of how many it is', async () => {
    using it = openTestSite()
    const { incidents } = await importAll(it)
    const found = buildTotals(incidents, await it.site.history.documents(), await it.site.history.entries())
    const sums = Object.fromEntries(
      found.sums.map((each) => [each.kind, [each.incidents, each.known, each.minutes]]),
    )
    assert.deepEqual(sums.outage, [1, 1, 150])
    assert.deepEqual(sums.degraded, [2, 2, 174 + 148])
    assert.deepEqual(sums['third-party'], [1, 1, 16 * 1440 + 14 * 60 + 44])
    assert.deepEqual(sums.notice, [1, 1, 90])
    assert.deepEqual(sums.maintenance, [2, 2, 300])
    assert.equal(
      found.sums.reduce((sum, each) => sum + each.incidents, 0),
      incidents.length,
    )
    assert.deepEqual([found.timeToNotice.known, found.timeToNotice.of], [1, incidents.length - 2])
    assert.equal(found.months.at(-1)?.counts.maintenance, 2)
  })

  test('what pages say of themselves stands beside, with the reasons for the difference', async () => {
    using it = openTestSite()
    const { incidents } = await importAll(it)
    const { stated } = buildTotals(
      incidents,
      await it.site.history.documents(),
      await it.site.history.entries(),
    )
    const [first, second] = stated
    assert.deepEqual([first?.stated.incidents, first?.listed, first?.downtimeMinutes], [6, 3, 151])
    assert.match(first?.reasons.join('\n') ?? '', /that of the entries on this page/)
    assert.match(second?.reasons.join('\n') ?? '', /counts 23924 minutes of faults of others/)
    assert.match(second?.reasons.join('\n') ?? '', /together these pages list 5 of 6/)
  })
})

/** What a report becomes between two that have days. */
async function importAlone(text: string): Promise<HistoryIncident> {
  using it = openTestSite()
  const page = `Report: "Newer"\nLast updateOn April 9, 2027, the lamp was red.\nReport: "Here"\nLast update${text}\nReport: "Older"\nLast updateOn February 3, 2027, the lamp was red.\n`
  const { incidents } = await importHistory(orderOf(it), [{ name: 'page.txt', bytes: Buffer.from(page) }])
  const found = incidents.find((each) => each.title === 'Here')
  assert.ok(found)
  return found
}
