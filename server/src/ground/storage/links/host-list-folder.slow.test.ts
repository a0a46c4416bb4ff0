import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { HostListError, HostListReader } from '#flow/inspection/host-list.ts'
import { ListsInForce } from '#flow/inspection/lists-in-force.ts'
import { isLargeSite } from '../../../flow/checks/links/large-sites.ts'
import { HostListFolder } from './host-list-folder.ts'

const head = (more = '') => `# who made it\nversion 1\nmade 2026-11-21T10:00:00Z\nverdict bad\n${more}\n`
const made = Date.parse('2026-11-21T10:00:00Z')

function read(text: string) {
  const reader = new HostListReader('x', isLargeSite)
  for (const line of text.split('\n')) reader.line(line)
  return reader.end()
}

describe('a list of hosts', () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailkeep-lists-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  function put(name: string, text: string): void {
    writeFileSync(join(folder, 'new'), text)
    renameSync(join(folder, 'new'), join(folder, name))
  }
  const openFolder = (key = '') =>
    new HostListFolder(folder, key, (name) => new HostListReader(name, isLargeSite))
  const inForce = (lists: HostListFolder, rules = {}, now = made) =>
    new ListsInForce(
      () => lists.current(),
      () => ({ off: [], maxAgeMs: 86_400_000, ...rules }),
      () => now,
    )

  test('has hosts with all below them, and pages with all below those', () => {
    const list = read(
      `${head('weight 90\n')}evil.example\nhttps://Shop.example/bad/page/\n203.0.113.7\nxn--bcher-kva.example\n`,
    )
    assert.deepEqual([list.entries, list.weight, list.version, list.made], [4, 90, '1', made])
    const lists = new ListsInForce(
      () => [list],
      () => ({ off: [], maxAgeMs: 1000 }),
      () => made,
    )
    const entry = (host: string, path = '/') => lists.find(host, path)[0]?.entry
    assert.equal(entry('evil.example'), 'evil.example')
    assert.equal(entry('a.b.evil.example', '/x'), 'evil.example')
    assert.equal(entry('notevil.example'), undefined)
    assert.equal(entry('shop.example'), undefined)
    assert.equal(entry('shop.example', '/bad/page'), 'shop.example/bad/page')
    assert.equal(entry('shop.example', '/bad/page/more?x'), 'shop.example/bad/page')
    assert.equal(entry('shop.example', '/bad/pages'), undefined)
    assert.equal(entry('203.0.113.7'), '203.0.113.7')
  })

  test('that cannot be right is refused, and says why', () => {
    for (const [text, why] of [
      ['evil.example\n', /is none of version/],
      [`${head()}`, /no entries/],
      [`${head()}google.com\n`, /lists google\.com/],
      [`${head()}co.uk\n`, /lists co\.uk/],
      [`${head()}paypal.com\n`, /lists paypal/],
      [`${head()}com\n`, /is no host|lists com/],
      [`${head()}two words\n`, /no host/],
      [`${head()}<html>\n`, /no host/],
      [`${head('weight 9999\n')}evil.example\n`, /weight/],
      [`${head().replace('2026-11-21T10:00:00Z', 'today')}evil.example`, /made/],
      [`${head().replace('bad', 'ugly')}evil.example`, /verdict/],
    ] as const)
      assert.throws(
        () => read(text),
        (cause: Error) => cause instanceof HostListError && why.test(cause.message),
        text,
      )
    assert.equal(read(`${head()}google.com/bad\n`).entries, 1)
    assert.equal(read(`${head().replace('bad', 'known')}google.com\n`).entries, 1)
  })

  test('is read from its file when that changes; a bad version leaves the last good one in force', async () => {
    const lists = openFolder()
    const has = async (host: string) => {
      await lists.refresh()
      return inForce(lists).find(host, '/').length > 0
    }
    assert.equal(await has('evil.example'), false)
    put('a.list', `${head()}evil.example\n`)
    assert.equal(await has('evil.example'), true)
    put('a.list', `${head()}evil.example\ngoogle.com\n`)
    assert.equal(await has('evil.example'), true)
    assert.match(lists.troubles()[0]?.why ?? '', /google/)
    put('a.list', `${head()}other.example\n`)
    assert.deepEqual(
      [await has('evil.example'), await has('other.example'), lists.troubles()],
      [false, true, []],
    )
    rmSync(join(folder, 'a.list'))
    assert.equal(await has('other.example'), false)
  })

  test('must be signed where there is a key, under its own name', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const lists = openFolder(publicKey.export({ type: 'spki', format: 'pem' }).toString())
    const text = `${head()}evil.example\n`
    const signatureFor = (name: string, of = text) =>
      sign(
        null,
        Buffer.from(`${name}.list sha256 ${createHash('sha256').update(of).digest('hex')}`),
        privateKey,
      ).toString('base64')
    const taken = async () => {
      await lists.refresh()
      return lists.current().map((each) => each.name)
    }
    put('s.list', text)
    assert.deepEqual(await taken(), [])
    put('s.list.sig', signatureFor('other'))
    assert.deepEqual(await taken(), [])
    put('s.list.sig', signatureFor('s', 'something else'))
    assert.deepEqual(await taken(), [])
    put('s.list.sig', signatureFor('s'))
    assert.deepEqual(await taken(), ['s'])
    put('s.list', `${text}more.example\n`)
    assert.deepEqual(await taken(), ['s'], 'the last good one')
    assert.match(lists.troubles()[0]?.why ?? '', /signature/)
    rmSync(join(folder, 's.list'))
    rmSync(join(folder, 's.list.sig'))
  })

  test('weighs nothing when it is switched off, too old, or has most of what comes', async () => {
    const list = read(`${head()}evil.example\n`)
    const rules = { off: [] as string[], maxAgeMs: 1000 }
    let now = made
    const lists = new ListsInForce(
      () => [list],
      () => rules,
      () => now,
    )
    const why = () => lists.find('evil.example', '/')[0]?.why
    assert.equal(why(), '')
    rules.off = ['x']
    assert.match(why()!, /switched off/)
    rules.off = []
    now = made + 2000
    assert.match(why()!, /too old/)
    now = made
    for (let n = 0; n < 200; n++) lists.judged(new Set(n % 2 ? ['x'] : []))
    assert.equal(why(), '')
    for (let n = 0; n < 200; n++) lists.judged(new Set(n % 3 ? ['x'] : []))
    assert.match(why()!, /most of what comes/)
  })

  test('any text is read or refused, nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.webUrl(), fc.domain())), (lines) => {
        try {
          assert(read(`${head()}${lines.join('\n')}`).entries > 0)
        } catch (cause) {
          assert(cause instanceof HostListError)
        }
      }),
    )
  })

  test('a large list is read in pieces, finds what it has and nothing else, and is small in memory', async (t) => {
    const count = 200_000
    put(
      'large.list',
      head() + Array.from({ length: count }, (_, n) => `h${n}.evil${n % 977}.example`).join('\n'),
    )
    const lists = openFolder()
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    const started = performance.now()
    await lists.refresh()
    delay.disable()
    t.diagnostic(
      `${Math.round(performance.now() - started)} ms, longest piece ${Math.round(delay.max / 1e6)} ms`,
    )
    const found = inForce(lists)
    const before = performance.now()
    for (let n = 0; n < 20_000; n++) {
      assert.equal(found.find(`h${n * 7}.evil${(n * 7) % 977}.example`, '/a/b').length, 1)
      assert.equal(found.find(`g${n}.evil${n % 977}.example`, '/a/b').length, 0)
    }
    t.diagnostic(`${((performance.now() - before) / 40).toFixed(2)} microseconds a question`)
    rmSync(join(folder, 'large.list'))
  })
})
