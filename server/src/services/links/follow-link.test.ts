import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { PageAnswer, PageOutcome } from '#ground/platform/web/ask-page.ts'
import { followLink } from './follow-link.ts'

const short = /^http:\/\/(?:s|t)\.example\/./
type Said = Partial<PageAnswer> | PageOutcome['kind']

async function follow(pages: Record<string, Said>, link = 'http://s.example/a', maxHops = 5) {
  const asked: string[] = []
  const followed = await followLink(link, {
    mayFollow: (url) => short.test(url),
    maxHops,
    async ask(url, method) {
      asked.push(`${method} ${url.href}`)
      const said = pages[`${method} ${url.href}`] ?? pages[url.href] ?? { status: 404 }
      if (said === 'failed' || said === 'refused') return { kind: said, why: 'told so' }
      return {
        kind: 'answered',
        answer: {
          status: 302,
          location: null,
          contentType: 'text/html',
          body: Buffer.alloc(0),
          ...(said as object),
        },
      }
    },
  })
  return { ...followed, asked }
}

describe('a short link', () => {
  test('is followed to the first link that is none, which is never opened', async () => {
    const { end, asked } = await follow({
      'http://s.example/a': { location: '/b' },
      'http://s.example/b': { status: 307, location: 'http://t.example/c' },
      'http://t.example/c': { location: 'https://bank.example/confirm?token=1' },
    })
    assert.equal(end.state, 'led')
    assert.equal(end.end, 'https://bank.example/confirm?token=1')
    assert.deepEqual(asked, ['HEAD http://s.example/a', 'HEAD http://s.example/b', 'HEAD http://t.example/c'])
  })

  test('a page that leads on by itself is read where HEAD says nothing', async () => {
    const { end } = await follow({
      'HEAD http://s.example/a': { status: 405 },
      'GET http://s.example/a': {
        status: 200,
        body: Buffer.from('<meta http-equiv="refresh" content="0; url=https://other.example/x">'),
      },
    })
    assert.equal(end.end, 'https://other.example/x')
  })

  test('circles, long chains, gone pages and faults end, and say why', async () => {
    const circle = await follow({ 'http://s.example/a': { location: '/a' } })
    assert.match(circle.end.why, /circles/)
    const long = await follow(
      Object.fromEntries(
        Array.from({ length: 9 }, (_, n) => [`http://s.example/${n || 'a'}`, { location: `/${n + 1}` }]),
      ),
    )
    assert.equal(long.asked.length, 5)
    assert.match(long.end.why, /after 5/)
    const gone = await follow({ 'http://s.example/a': { status: 410 } })
    assert.deepEqual([gone.end.state, gone.again], ['stays', false])
    assert.equal((await follow({ 'http://s.example/a': { status: 503 } })).again, true)
    assert.deepEqual([(await follow({ 'http://s.example/a': 'failed' })).again], [true])
    const refused = await follow({ 'http://s.example/a': 'refused' })
    assert.deepEqual([refused.end.state, refused.again], ['unknown', false])
  })

  test('whatever it says, nothing but short links is asked, and it ends', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.webUrl(),
            fc.string(),
            fc.constantFrom('/a', '/b', 'http://t.example/x', 'javascript:x'),
          ),
        ),
        async (locations) => {
          let at = 0
          const { end } = await followLink('http://s.example/a', {
            mayFollow: (url) => short.test(url),
            maxHops: 5,
            async ask(url) {
              assert(short.test(url.href))
              const location = locations[at++] ?? null
              return {
                kind: 'answered',
                answer: { status: 302, location, contentType: '', body: Buffer.alloc(0) },
              }
            },
          })
          assert(['led', 'stays', 'unknown'].includes(end.state) && end.hops.length <= 5)
        },
      ),
      { numRuns: 300 },
    )
  })
})
