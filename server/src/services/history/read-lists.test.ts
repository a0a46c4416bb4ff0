import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { renderAtom, renderRss } from '#services/status/render-feeds.ts'
import { openTestSite } from '../../test-site.ts'
import { importHistory } from './import-history.ts'
import { readDocument } from './read-document.ts'
import { type WorkOut, workOutHistory } from './work-out.ts'

const at = (text: string) => Date.parse(text)
const read = (name: string, text: string) => readDocument(name, Buffer.from(text))

const csv = `\ufeffTitle,Severity,Started,Resolved,Components,Published,Description
"Mail in is slow, again",minor,2027-05-04 09:10,2027-05-04T10:00:30Z,Gateway;Filter,2027-05-04 09:30,"A disk
was full."
Console away,critical,2027-05-06,,Console,,
,nonsense,soon,later,,,Somebody says so
`
const atom = `<?xml version="1.0" encoding="UTF-8"?>
<feed xml:lang="en-US" xmlns="http://www.w3.org/2005/Atom"><title>Harbour</title>
<entry><id>tag:status.harbour.example,2005:Incident/7</id><published>2027-01-01T00:20:00Z</published>
<updated>2027-01-01T01:40:00Z</updated><title>Mail waits</title>
<content type="html">&lt;p&gt;&lt;small&gt;Jan &lt;var data-var='date'&gt; 1&lt;/var&gt;, &lt;var data-var='time'&gt;01:40&lt;/var&gt; UTC&lt;/small&gt;&lt;br&gt;&lt;strong&gt;Resolved&lt;/strong&gt; - Over &amp;amp; done.&lt;/p&gt;&lt;p&gt;&lt;small&gt;Dec &lt;var&gt;31&lt;/var&gt;, &lt;var&gt;23:50&lt;/var&gt; UTC&lt;/small&gt;&lt;br&gt;&lt;strong&gt;Investigating&lt;/strong&gt; - We look at it.&lt;/p&gt;</content></entry>
</feed>`

describe('lists of incidents', () => {
  test('as CSV: moments in UTC, components, the first post; what is no moment stays unknown', () => {
    const { form, entries } = read('list.csv', csv)
    assert.equal(form, 'csv-list')
    const [first, second, third] = entries
    assert.deepEqual(
      [first?.line, first?.title, first?.severity, first?.detectedAt, first?.resolvedAt, first?.affected],
      [
        ...[3, 'Mail in is slow, again', 'minor', at('2027-05-04T09:10:00Z')],
        ...[at('2027-05-04T10:00:30Z'), ['Gateway', 'Filter']],
      ],
    )
    assert.deepEqual(first?.posts, [
      { state: null, at: at('2027-05-04T09:30:00Z'), text: 'A disk\nwas full.' },
    ])
    assert.deepEqual([second?.detectedAt, second?.day, second?.posts], [null, '2027-05-06', []])
    assert.deepEqual([third?.title, third?.severity, third?.detectedAt, third?.day], [null, null, null, null])
    assert.throws(() => read('torn.csv', 'title,started\n"open,2027-05-04'), { code: 'wrong' })
  })

  test('as the Atom feed of a status page: posts with the years that their entry tells', () => {
    const { form, entries } = read('history.atom', atom)
    assert.deepEqual([form, entries.length, entries[0]?.title], ['feed-page', 1, 'Mail waits'])
    assert.deepEqual(entries[0]?.posts, [
      { state: 'investigating', at: at('2026-12-31T23:50:00Z'), text: 'We look at it.' },
      { state: 'resolved', at: at('2027-01-01T01:40:00Z'), text: 'Over & done.' },
    ])
    assert.deepEqual(
      [entries[0]?.detectedAt, entries[0]?.resolvedAt],
      [at('2026-12-31T23:50:00Z'), at('2027-01-01T01:40:00Z')],
    )
  })

  test('our own feeds are read as well as those of others, and hostile ones are refused', () => {
    const update = (state: 'investigating' | 'resolved', moment: string, text: string) => ({
      ...{ id: 'u', state, text, at: at(moment), who: '' },
    })
    const state = {
      ...{ publishedAt: at('2027-06-10T13:00:00Z'), page: { name: 'H', url: 'https://h.example' } },
      components: [],
      incidents: [
        {
          ...{ id: 'a', kind: 'incident' as const, name: 'Mail <waits>', impact: 'major' as const },
          ...{ state: 'resolved' as const, createdAt: at('2027-06-10T11:00:00Z'), isUpstream: false },
          ...{ startedAt: at('2027-06-10T10:50:00Z'), monitoringAt: null, from: null, until: null },
          ...{ resolvedAt: at('2027-06-10T12:00:00Z'), components: [] },
          updates: [
            update('investigating', '2027-06-10T11:00:00Z', 'It waits.'),
            update('resolved', '2027-06-10T12:00:00Z', 'Over.'),
          ],
        },
      ],
    }
    for (const text of [renderAtom(state), renderRss(state)]) {
      const [entry] = read('own', text).entries
      assert.equal(entry?.title, 'Mail <waits>')
      assert.deepEqual(
        entry?.posts.map((each) => [each.state, each.at, each.text]),
        [
          ['investigating', at('2027-06-10T11:00:00Z'), 'It waits.'],
          ['resolved', at('2027-06-10T12:00:00Z'), 'Over.'],
        ],
      )
    }
    for (const hostile of [
      '<!DOCTYPE feed [<!ENTITY a "b">]><feed><entry/></feed>',
      '<feed><entry>',
      `<feed>${'<a>'.repeat(200)}`,
      '<html><feed></feed></html>',
    ])
      assert.throws(() => read('x', hostile), { code: 'wrong' }, hostile.slice(0, 30))
  })

  test('of two who import at the same time neither writes over what the other has brought', async () => {
    using it = openTestSite()
    const order = { ...it.order, history: it.site.history }
    const other = [
      { name: 'other.csv', bytes: Buffer.from('title,started\nDoors stand still,2026-03-01 10:00\n') },
    ]
    let hasCome = false
    const slow: WorkOut = async (work) => {
      const given = await work()
      if (given.given.length === 0 && !hasCome) {
        hasCome = true
        await importHistory(order, other)
      }
      return workOutHistory(given)
    }
    const found = await importHistory({ ...order, workOut: slow }, [
      { name: 'list.csv', bytes: Buffer.from(csv) },
    ])
    const kept = await it.site.history.incidents()
    assert.ok(hasCome && kept.some((each) => each.title === 'Doors stand still'))
    assert.deepEqual([kept.length, found.incidents.length], [found.added + 1, found.added + 1])
  })

  test('a second import adds nothing, and one incident in CSV and feed is one', async () => {
    using it = openTestSite()
    const order = { ...it.order, history: it.site.history }
    const files = [
      { name: 'list.csv', bytes: Buffer.from(csv) },
      { name: 'history.atom', bytes: Buffer.from(atom) },
    ]
    assert.equal((await importHistory(order, files)).added, 4)
    assert.equal((await importHistory(order, files)).added, 0)
    const same = Buffer.from('title,started\nMail waits,2026-12-31 23:50\n')
    const again = await importHistory(order, [{ name: 'other.csv', bytes: same }])
    assert.deepEqual([again.added, again.incidents.length], [0, 4])
  })
})
