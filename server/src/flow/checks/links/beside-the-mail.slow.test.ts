import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { CheckTools } from '#flow/inspection/check.ts'
import type { LinkBook, LinkVisit } from '#flow/inspection/link-book.ts'
import { parseMessage } from '#flow/inspection/parse-message.ts'
import { plainSettings } from '#flow/inspection/plain-settings.ts'
import { innerLink } from './inner-link.ts'
import { readLink } from './link.ts'
import type { LinkFacts } from './link-facts.ts'
import { links } from './links.ts'
import { mayFollow } from './short-link.ts'

const limits = { maxDepth: 100, maxParts: 10_000, maxHeaderBytes: 512 << 10 }
const day = 86_400_000
const now = 1000 * day
const arrival = {
  ip: '192.0.2.1',
  helo: 'client.test',
  mailFrom: 'a@client.test',
  rcptTo: ['b@example.test'],
  receivedAt: now,
}

interface Known {
  since?: number | null
  hosts?: Record<string, number>
  visits?: Record<string, Partial<LinkVisit>>
  full?: boolean
}

function bookOf({ since = 0, hosts = {}, visits = {}, full = false }: Known): LinkBook {
  return {
    since: () => since,
    firstSeen: (host) => hosts[host] ?? null,
    visitOf: (url) => (visits[url] ? { state: 'led', end: null, why: '', at: now, ...visits[url] } : null),
    isFull: () => full,
  }
}

async function judge(body: string, linkBook: LinkBook | null, follow: 'off' | 'shorteners' = 'shorteners') {
  const text = `From: Anna <a@client.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n${body}`
  const message = await parseMessage({ id: 'x', bytes: Buffer.from(text), arrival, limits })
  const settings = { ...plainSettings, links: { ...plainSettings.links, follow } }
  const tools = { settings, now: () => now, linkBook } as unknown as CheckTools
  const { findings, facts } = await links.run(message, tools)
  return { codes: findings.map((each) => each.code), findings, facts: facts?.links as LinkFacts }
}

test('a site that no mail has led to is new, once hosts have been noted for long enough, and for a day', async () => {
  const body = '<a href="https://www.roses.example/x">Roses</a>'
  const codes = async (known: Known) => (await judge(body, bookOf(known))).codes
  assert.deepEqual(await codes({}), ['link-host-new'])
  assert.deepEqual(await codes({ hosts: { 'roses.example': now - day / 2 } }), ['link-host-new'])
  assert.deepEqual(await codes({ hosts: { 'roses.example': now - 2 * day } }), [])
  assert.deepEqual(await codes({ since: now - 13 * day }), [], 'it is still learning')
  assert.deepEqual(await codes({ since: null }), [])
  assert.deepEqual((await judge(body, null)).codes, [], 'nobody can be asked')
})

test('where any page can be put up each host is one, and large sites, the own one and addresses are none', async () => {
  const body =
    '<a href="https://a.web.app/">a</a><a href="https://b.web.app/">b</a><a href="https://www.google.com/x">g</a><a href="https://www.client.test/">c</a><a href="http://192.168.1.1/">r</a><a href="https://x.y.tulips.example/">t</a>'
  const { facts, findings } = await judge(body, bookOf({}))
  assert.deepEqual(facts.hosts, ['a.web.app', 'b.web.app', 'client.test', 'tulips.example'])
  assert.equal(findings.find((each) => each.code === 'link-host-new')?.evidence?.count, 3)
})

test('new sites alone never reach the tolerance, however many', async () => {
  const body = Array.from({ length: 100 }, (_, n) => `<a href="https://r${n}.example/">r</a>`).join('')
  const { findings } = await judge(body, bookOf({}))
  assert(findings.reduce((sum, each) => sum + each.weight, 0) <= 25)
})

test('a book that cannot be read says nothing', async () => {
  const broken: LinkBook = {
    since: () => 0,
    isFull: () => false,
    firstSeen: () => {
      throw new Error('broken')
    },
    visitOf: () => {
      throw new Error('broken')
    },
  }
  const { codes } = await judge(
    '<a href="https://bit.ly/x1">a</a><a href="https://roses.example/">b</a>',
    broken,
  )
  assert.deepEqual(codes, ['link-shortener'])
})

test('a short link is asked for where that is switched on; where it leads counts instead of it', async () => {
  const body = '<a href="https://bit.ly/x1#top">See</a>'
  const open = await judge(body, bookOf({}))
  assert.deepEqual(
    [open.codes, open.facts.ask, open.facts.pending],
    [['link-shortener'], ['https://bit.ly/x1'], 1],
  )
  assert.equal((await judge(body, bookOf({}), 'off')).facts.ask, undefined)
  const full = await judge(body, bookOf({ full: true }))
  assert.deepEqual([full.facts.ask, full.facts.pending, full.facts.skipped], [undefined, 0, 1])

  const led = (end: string, at = now) => judge(body, bookOf({ visits: { 'https://bit.ly/x1': { end, at } } }))
  const bad = await led('https://www.paypa1-secure.com/x')
  assert(bad.codes.includes('link-look-alike-host') && !bad.codes.includes('link-shortener'))
  assert.equal(bad.facts.ask, undefined)
  assert.match(JSON.stringify(bad.findings), /by way of https:\/\/bit\.ly\/x1/)
  assert.deepEqual((await led('https://www.wikipedia.org/')).codes, [])
  assert.deepEqual((await led('https://www.wikipedia.org/', now - 2 * day)).facts.ask, ['https://bit.ly/x1'])
})

test('of very many short links some are looked up and a few are asked for', async () => {
  let looked = 0
  const visitOf = () => {
    looked++
    return null
  }
  const book = { ...bookOf({}), visitOf }
  const body = Array.from({ length: 9000 }, (_, n) => `<a href="https://bit.ly/x${n}">x</a>`).join('')
  const { facts } = await judge(body, book)
  assert.deepEqual([looked, facts.ask?.length, facts.skipped], [200, 20, 8980])
})

test('what a link shows is held against where the short link leads', async () => {
  const visits = { 'https://bit.ly/x1': { end: 'https://www.paypal.com/signin' } }
  const honest = await judge('<a href="https://bit.ly/x1">www.paypal.com</a>', bookOf({ visits }))
  assert.deepEqual(honest.codes, [])
  const other = { 'https://bit.ly/x1': { end: 'https://roses.example/signin' } }
  const { codes } = await judge('<a href="https://bit.ly/x1">www.paypal.com</a>', bookOf({ visits: other }))
  assert(codes.includes('link-text-mismatch'))
})

test('only links of shorteners are asked, and none that does something', () => {
  for (const url of ['https://bit.ly/x1', 'http://sub.tinyurl.com/abc', 'https://own.example/a'])
    assert(mayFollow(url, ['own.example']), url)
  for (const url of [
    'https://bit.ly/',
    'https://bit.ly/unsubscribe-me',
    'https://bit.ly/x?token=1',
    'https://bit.ly/confirm/1',
    'https://user@bit.ly/x',
    'https://notbit.ly/x',
    'https://bit.ly.evil.example/x',
    'https://evil.example/?https://bit.ly/x',
    'ftp://bit.ly/x',
    'javascript:bit.ly/x',
    `https://bit.ly/${'a'.repeat(3000)}`,
    'no link',
  ])
    assert(!mayFollow(url, ['own.example']), url)
})

test('an inner link is found in any address without a fault, in time that grows as the address does', () => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true }), fc.webUrl(), fc.string(), (outer, inner, text) => {
      for (const url of [
        outer,
        `${outer}?url=${encodeURIComponent(inner)}`,
        `${outer}/${text}?q=${text}`,
        `${outer}/${inner}`,
      ]) {
        const link = readLink(url)
        const found = link && innerLink(link)
        assert(!found || readLink(found.url) !== null)
      }
    }),
    { numRuns: 500 },
  )
  const started = performance.now()
  for (const piece of ['/http:', '&url=http:', 'aHR0c', '/https:/', '%2f', '/redirect/http%3a%2f'])
    for (let n = 0; n < 200; n++) {
      const link = readLink(`https://www.google.com/url?q=${piece.repeat(1500)}`)
      if (link) innerLink(link)
      const path = readLink(`https://x.example/${piece.repeat(1500)}`)
      if (path) innerLink(path)
    }
  assert(performance.now() - started < 20_000)
})

test('what a list of bad hosts has weighs what the list says, and a good host takes nothing from others', async () => {
  const hit = (verdict: 'bad' | 'known', why = '') => [
    { list: 'feed', version: '7', verdict, weight: 150, entry: 'roses.example', why },
  ]
  const judged: string[][] = []
  const run = async (hits: ReturnType<typeof hit>, body: string) => {
    const text = `From: Anna <a@client.test>\r\nContent-Type: text/html\r\n\r\n${body}`
    const message = await parseMessage({ id: 'x', bytes: Buffer.from(text), arrival, limits })
    const hostLists = {
      find: (host: string) => (host.endsWith('roses.example') ? hits : []),
      judged: (names: ReadonlySet<string>) => judged.push([...names]),
    }
    const tools = { settings: plainSettings, now: () => now, hostLists } as unknown as CheckTools
    return (await links.run(message, tools)).findings
  }
  const body = '<a href="https://www.roses.example/signin">x</a>'
  const [listed] = (await run(hit('bad'), body)).filter((each) => each.code === 'link-listed')
  assert.deepEqual([listed?.weight, listed?.evidence?.list, listed?.evidence?.version], [150, 'feed', '7'])
  const noted = await run(hit('bad', 'it is too old'), body)
  assert.deepEqual(
    noted.filter((each) => each.code.startsWith('link-list')).map((each) => [each.code, each.weight]),
    [['link-list-noted', 0]],
  )
  assert.deepEqual(await run(hit('known'), body), [])
  const both = await run(hit('known'), `${body}<a href="https://www.paypa1-secure.com/">y</a>`)
  assert.deepEqual(
    both.map((each) => each.weight),
    [150],
  )
  assert.deepEqual(judged, [['feed'], ['feed'], [], []])
})
