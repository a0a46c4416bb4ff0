import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseMessage } from '#flow/inspection/parse-message.ts'
import { plainSettings } from '#flow/inspection/plain-settings.ts'
import { decide, defaultPolicy } from '#flow/inspection/verdict.ts'
import { linksInText } from '#ground/mail/links-in-text.ts'
import { groupOfHost } from './known-hosts.ts'
import { readLink, shownSite } from './link.ts'
import { links } from './links.ts'

const tools = { settings: plainSettings, now: () => 0 } as unknown as Parameters<typeof links.run>[1]
const limits = { maxDepth: 100, maxParts: 10_000, maxHeaderBytes: 512 << 10 }
const arrival = {
  ip: '192.0.2.1',
  helo: 'client.test',
  mailFrom: 'a@client.test',
  rcptTo: ['b@example.test'],
  receivedAt: 0,
}

async function judge(body: string, type = 'text/html') {
  const text = `From: Anna <a@client.test>\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: ${type}; charset=utf-8\r\n\r\n${body}`
  const message = await parseMessage({ id: 'x', bytes: Buffer.from(text), arrival, limits })
  const before = process.cpuUsage()
  const result = await links.run(message, tools)
  const { user, system } = process.cpuUsage(before)
  return { ...result, cpu: (user + system) / 1000 }
}

test('a link that shows a well-known name and leads to a page for signing in reaches quarantine by itself', async () => {
  for (const href of [
    'https://pages-of-mine.example/signin',
    'https://paypal.account-check.example/verify/login',
  ]) {
    const { findings } = await judge(`<a href="${href}">https://www.paypal.com/</a>`)
    assert.equal(decide(findings, defaultPolicy).disposition, 'quarantine', href)
  }
})

test('10,000 links cost less than half a second, and more are told', async (t) => {
  const many = Array.from(
    { length: 12_000 },
    (_, index) => `<a href="https://h${index}.example/login?x=${index}">l</a>`,
  )
  const { findings, cpu } = await judge(many.join('\n'))
  const { findings: plain, cpu: plainCpu } = await judge(
    many.join('\n').replaceAll(/<a href="|">l<\/a>/g, ''),
    'text/plain',
  )
  t.diagnostic(`HTML ${cpu.toFixed(0)} ms, text ${plainCpu.toFixed(0)} ms`)
  assert(plain.some((each) => each.code === 'too-many-links'))
  assert(findings.some((each) => each.code === 'link-sign-in-words'))
  assert(cpu < 500 && plainCpu < 500)
})

test('texts made to slow patterns down cost little', async () => {
  for (const body of [
    `www.${'a-'.repeat(200_000)}`,
    'http://'.repeat(100_000),
    `https://a.example/${'.'.repeat(500_000)}`,
    `<a href="https://x.example">${'a.'.repeat(200_000)}</a>`,
    `https://x.example/?${'url=http:'.repeat(50_000)}`,
    `<a href="https://${'a.'.repeat(4000)}example/">x</a>`.repeat(100),
  ]) {
    const { cpu } = await judge(body)
    assert(cpu < 500, `${body.slice(0, 30)}: ${cpu} ms`)
  }
})

test('links are read as browsers read them', () => {
  const read = (url: string) => readLink(url)
  assert.equal(read('http://0x7f.1/')?.host, '127.0.0.1')
  assert.equal(read('http://0x7f.1/')?.address, 'odd')
  assert.equal(read('http://[::1]/')?.address, 'plain')
  assert.equal(read('https:\\\\evil.example\\x')?.host, 'evil.example')
  assert.equal(read('ht\ntps://evil.example/')?.host, 'evil.example')
  assert.equal(read('https://user.name@evil.example:8080/')?.user, 'user.name')
  assert.equal(read('www.evil.example/x')?.host, 'www.evil.example')
  assert.equal(read('#top'), null)
  assert.equal(readLink('x.html', 'https://base.example/a/')?.url, 'x.html')
})

test('addresses in sentences end where the address ends', () => {
  assert.deepEqual(
    linksInText('See (https://a.example/b?c=1), www.d.example. Or <https://e.example/>!', 10),
    ['https://a.example/b?c=1', 'www.d.example', 'https://e.example/'],
  )
})

test('only a text that is nothing but a name names a site', () => {
  assert.equal(shownSite('www.bank.co.uk/login'), 'bank.co.uk')
  assert.equal(shownSite('https://bank.example'), 'bank.example')
  assert.equal(shownSite('Click here'), null)
  assert.equal(shownSite('report.pdf of bank.example'), null)
})

test('any text and any link is judged without a fault', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.string(),
      async (url, text) => {
        const { findings } = await judge(
          `<a href="${url}">${text}</a> ${text} <base href="${text}"><form action="${text}">`,
        )
        for (const each of findings) assert(each.check === 'links' && Number.isFinite(each.weight))
      },
    ),
    { numRuns: 200 },
  )
})

test('pages for signing in at large sites are no findings, and what anybody can put up there is none of theirs', async () => {
  const known = readFileSync(join(import.meta.dirname, 'hosts.txt'), 'utf8')
    .split('[known]\n')[1]!
    .split('\n\n')[0]!
  const hosts = known.split(/\s+/).filter((each) => groupOfHost(each) === 'known')
  assert(hosts.length > 200)
  for (const host of hosts) {
    const { findings } = await judge(`<a href="https://www.${host}/account/login?next=1">Sign in</a>`)
    assert.deepEqual(findings, [], host)
  }
  for (const host of [
    'a.s3.eu-west-1.amazonaws.com',
    'sites.google.com',
    'x.blob.core.windows.net',
    'onedrive.live.com',
  ])
    assert.notEqual(groupOfHost(host), 'known', host)
})
