import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { openTestSite } from '../../test-site.ts'
import { publishStatus } from './publish-status.ts'
import { renderMarkdown } from './render-markdown.ts'
import { renderStatus } from './render-status.ts'
import { readState } from './status-state.ts'
import type { StatusIncident, Touched } from './status-store.ts'

const noon = Date.parse('2027-06-10T12:00:00Z')
const dayMs = 86_400_000
const page = { name: 'Harbour', url: 'https://status.harbour.example' }
const text = '# Why mail waited\n\nA disk was **full** <script>alert(1)</script>.\n\nThe whole course.'
const incident: StatusIncident = {
  ...{ id: 'aaaaaaaaaaaa', kind: 'incident', name: 'Mail waits <b>', impact: 'major', state: 'postmortem' },
  ...{ createdAt: noon - dayMs, startedAt: noon - dayMs, monitoringAt: null, resolvedAt: noon - dayMs / 2 },
  ...{ from: null, until: null, isUpstream: false, components: [] },
  postmortem: { text, publishedAt: noon, updatedAt: noon },
  updates: [{ id: 'u1', state: 'postmortem', text: 'It is written.', at: noon, who: 'ann' }],
}

describe('a postmortem in public', () => {
  test('Markdown becomes headings, lists, tables, bold, code and links, and nothing else', () => {
    const shown = renderMarkdown(
      [
        '## Course\n- one\n- [ ] two \\*\n\n1. first\n2. second',
        '| state | deliveries |\n| --- | ---: |\n| a\\|b | 3 |',
        'A **bold** `<x>` word\nand https://example.org/a?b=1&c=2. <img src=x onerror=alert(1)>',
        '[a link](javascript:alert(1))',
      ].join('\n\n'),
    )
    assert.match(shown, /<h3>Course<\/h3>\n<ul><li>one<\/li><li>open: two \*<\/li><\/ul>/)
    assert.match(shown, /<ol><li>first<\/li><li>second<\/li><\/ol>/)
    assert.match(shown, /<th scope="col">state<\/th>.*<td>a\|b<\/td><td>3<\/td>/)
    assert.match(
      shown,
      /<b>bold<\/b> <code>&lt;x&gt;<\/code> word<br>and <a href="https:\/\/example\.org\/a\?b=1&amp;c=2" rel/,
    )
    assert.match(shown, /c=2<\/a>\. &lt;img src=x/)
    assert.match(shown, /<p>\[a link\]\(javascript:alert\(1\)\)<\/p>/)
  })

  test('the whole text has a page of its own and stands in JSON; feeds have its first paragraph and the link', () => {
    const files = renderStatus({ publishedAt: noon, page, components: [], incidents: [incident] }, noon)
    const body = (path: string) => files.get(path)?.body ?? ''
    const own = body('incidents/aaaaaaaaaaaa.html')
    assert.match(own, /<h2>Why mail waited<\/h2>\n<p>A disk was <b>full<\/b> &lt;script&gt;/)
    assert.match(own, /<h1>Mail waits &lt;b&gt;<\/h1>/)
    assert.doesNotMatch(own, /<script/)
    assert.match(body('index.html'), /href="incidents\/aaaaaaaaaaaa\.html"/)
    for (const feed of ['history.rss', 'history.atom']) {
      assert.match(
        body(feed),
        /A disk was full &lt;script&gt;[\s\S]*as a whole: https:\/\/status\.harbour\.example\/incidents\/aaaaaaaaaaaa\.html/,
      )
      assert.doesNotMatch(body(feed), /The whole course|Why mail waited/)
    }
    const [told] = JSON.parse(body('api/v2/incidents.json')).incidents
    assert.deepEqual(
      [told.status, told.postmortem_body, told.postmortem_published_at],
      ['postmortem', text, '2027-06-10T12:00:00.000Z'],
    )
  })

  test('feeds stay small however long a postmortem is and however much was told', () => {
    const words = 'Words <and> more words. '.repeat(160)
    const updates = Array.from({ length: 100 }, (_each, n) => ({
      ...{ id: `u${n}`, state: 'identified' as const, text: `Word ${n}. ${words}`, at: noon + n, who: '' },
    }))
    const long = { ...incident, updates, postmortem: { text: words, publishedAt: noon, updatedAt: noon } }
    const incidents = Array.from({ length: 60 }, (_each, n) => ({ ...long, id: `incident${n}` }))
    const files = renderStatus({ publishedAt: noon, page, components: [], incidents }, noon)
    for (const feed of ['history.rss', 'history.atom']) {
      const body = files.get(feed)?.body ?? ''
      assert.ok(Buffer.byteLength(body) < 260_000, `${Buffer.byteLength(body)} octets`)
      assert.match(body, /Word 99\. .*Word 98\. /s)
      assert.match(
        body,
        /\d\d earlier updates: https:\/\/status\.harbour\.example\/incidents\/incident0\.html/,
      )
      assert.match(body, /incident5\.html/)
    }
  })

  test('it is told and shown although the incident was over long before; a page of one that is gone goes', async () => {
    using it = openTestSite()
    const folder = mkdtempSync(join(tmpdir(), 'status-'))
    try {
      const { status } = it.site
      const old = { ...incident, startedAt: noon - 100 * dayMs, resolvedAt: noon - 99 * dayMs }
      await status.putIncident(old)
      assert.equal((await readState(status, page, noon)).incidents.length, 1)
      await publishStatus(status, { folder, page }, noon, async () => ({}))
      const file = join(folder, 'incidents/aaaaaaaaaaaa.html')
      assert.match(readFileSync(file, 'utf8'), /A disk was/)
      await publishStatus(status, { folder, page }, noon + 91 * dayMs, async () => ({}))
      assert.equal(existsSync(file), false)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

test('the page says how many deliveries an incident touched, and how late they were', () => {
  const counted = { affected: 288, all: 1116, isExact: true }
  const story = (touched: Touched, more: Partial<StatusIncident> = {}) => {
    const state = { publishedAt: noon, page, components: [], incidents: [{ ...incident, ...more, touched }] }
    return renderStatus(state, noon).get('index.html')?.body ?? ''
  }
  const many = '288 of 1116 deliveries and refusals touched (25.8 %)'
  assert.ok(story(counted).includes(many))
  assert.doesNotMatch(story(counted), /half of them/)
  const late = { ...counted, delays: { p50: 14_669, p95: 1_404_000, max: 8_100_000 } }
  const times = 'half of them took up to 15 s, 95 % up to 23 min, the longest 2 h 15 min'
  assert.ok(story(late).includes(`${many}: ${times}`))
  const lasting = { state: 'investigating', resolvedAt: null } as const
  assert.ok(story(late, lasting).includes(`${many}: so far ${times}`))
})
