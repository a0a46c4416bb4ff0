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
import type { StatusIncident } from './status-store.ts'

const noon = Date.parse('2027-06-10T12:00:00Z')
const dayMs = 86_400_000
const page = { name: 'Harbour', url: 'https://status.harbour.example' }
const text = '# Why mail waited\n\nA disk was **full** <script>alert(1)</script>.'
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

  test('the whole text has a page of its own, and stands in feeds and JSON', () => {
    const files = renderStatus({ publishedAt: noon, page, components: [], incidents: [incident] }, noon)
    const body = (path: string) => files.get(path)?.body ?? ''
    const own = body('incidents/aaaaaaaaaaaa.html')
    assert.match(own, /<h2>Why mail waited<\/h2>\n<p>A disk was <b>full<\/b> &lt;script&gt;/)
    assert.match(own, /<h1>Mail waits &lt;b&gt;<\/h1>/)
    assert.doesNotMatch(own, /<script/)
    assert.match(body('index.html'), /href="incidents\/aaaaaaaaaaaa\.html"/)
    for (const feed of ['history.rss', 'history.atom'])
      assert.match(
        body(feed),
        /https:\/\/status\.harbour\.example\/incidents\/aaaaaaaaaaaa\.html[\s\S]*A disk was/,
      )
    const [told] = JSON.parse(body('api/v2/incidents.json')).incidents
    assert.deepEqual(
      [told.status, told.postmortem_body, told.postmortem_published_at],
      ['postmortem', text, '2027-06-10T12:00:00.000Z'],
    )
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
