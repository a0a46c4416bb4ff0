import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { loadConfig } from '#ground/platform/config/load-config.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { createDefinitionFeed } from '../../wiring/definition-feed.ts'
import { activateDefinitions } from './change-definitions.ts'
import { type DefinitionFeed, FeedRounds, takeFeed } from './take-feed.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const other = generateKeyPairSync('ed25519')
const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string
const folder = mkdtempSync(join(tmpdir(), 'mailkeep-feed-'))
after(() => rmSync(folder, { recursive: true }))

interface Given {
  readonly set?: object
  readonly made?: string
  readonly key?: typeof privateKey
}

/** Puts a bundle into the folder of the feed, as whoever makes definitions does. */
function offer(
  version: string,
  { set = {}, made = '2026-11-21T10:00:00Z', key = privateKey }: Given = {},
): void {
  const content = Buffer.from(JSON.stringify({ version, ...set }))
  const sha256 = createHash('sha256').update(content).digest('hex')
  const files = [{ name: 'set.json', size: content.length, sha256 }]
  const manifest = Buffer.from(JSON.stringify({ version, made, files }))
  writeFileSync(join(folder, 'set.json'), content)
  writeFileSync(join(folder, 'manifest.json'), manifest)
  writeFileSync(join(folder, 'manifest.sig'), sign(null, manifest, key).toString('base64'))
}

/** A site with a feed from the folder; answers what the alarm says after a look. */
function follow(it: TestSite, feed: Partial<DefinitionFeed> = {}, rounds = new FeedRounds()) {
  let alarm = ''
  let proofs = 0
  const { definitions } = it.site
  const parts = {
    ...definitions,
    alarms: {
      raise: (_n: string, _s: string, text: string) => void (alarm = text),
      clear: () => void (alarm = ''),
    } as never,
    runGolden: (...given: Parameters<typeof definitions.runGolden>) => {
      proofs++
      return definitions.runGolden(...given)
    },
  }
  const all = { source: () => folder, bring: async () => folder, publicKey: () => pem, ...feed }
  const look = async () => {
    await takeFeed(parts, all, rounds)
    return alarm
  }
  const stages = async () => (await parts.store.list()).map(({ version, stage }) => `${version} ${stage}`)
  return { look, stages, parts, proofs: () => proofs }
}

describe('definitions that come by feed', () => {
  test('a signed bundle goes on trial by itself; while it is there the next one waits', async () => {
    using it = openTestSite()
    const { look, stages, parts } = follow(it)
    offer('f1', { set: { weights: { 'no-recipient': 16 } } })
    assert.equal(await look(), '')
    assert.deepEqual(await stages(), ['f1 shadow'])
    assert.equal(await look(), '')
    offer('f2', { made: '2026-11-22T10:00:00Z' })
    assert.equal(await look(), '')
    assert.deepEqual(await stages(), ['f1 shadow'])
    await activateDefinitions(parts, 'f1', 'early')
    assert.equal(await look(), '')
    assert.deepEqual(await stages(), ['f2 shadow', 'f1 active', 'shipped retired'])
    offer('f0', { made: '2026-11-20T10:00:00Z' })
    assert.match(await look(), /f0 is older than what came before; those in force stay/)
  })

  test('what is signed by others, damaged, of another version or away is not taken, and told', async () => {
    using it = openTestSite()
    const { look, stages } = follow(it)
    offer('f1', { key: other.privateKey })
    assert.match(await look(), /signature .+ does not hold \(definitions\.key\)/)
    offer('f1')
    writeFileSync(
      join(folder, 'set.json'),
      readFileSync(join(folder, 'set.json'), 'utf8').replace('f1', 'f9'),
    )
    assert.match(await look(), /set\.json is damaged/)
    offer('f1', { set: { version: 'f3' } })
    assert.match(await look(), /another version than its bundle/)
    offer('f1', { set: { data: { 'content.model': { sha256: 'a'.repeat(64), size: 5 } } } })
    assert.match(await look(), /has no content\.model/)
    const away = follow(it, { bring: async () => Promise.reject(new Error('nobody answers')) })
    assert.match(await away.look(), /nobody answers; those in force stay/)
    assert.deepEqual(await stages(), [])
    offer('f1')
    assert.equal(await look(), '', 'a good one ends the alarm')
    assert.equal(await follow(it, { source: () => '' }).look(), '')
  })

  test('one that fails the golden samples is proved once, not each minute', async () => {
    using it = openTestSite()
    const { look, stages, proofs } = follow(it)
    const rule = { code: 'all', weight: 300, kind: 'spam', text: 'x', places: ['body'], any: ['e'] }
    offer('bad', { set: { rules: [rule] } })
    for (let round = 0; round < 3; round++) assert.match(await look(), /clean samples/)
    assert.deepEqual([proofs(), await stages()], [1, []])
  })

  test('it comes from a web server too, which is no more believed than a folder', async () => {
    using it = openTestSite()
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url ?? '')
      if (request.url === '/moved/manifest.json')
        response.writeHead(302, { location: '/manifest.json' }).end()
      else
        try {
          response.end(readFileSync(join(folder, (request.url ?? '').slice(1))))
        } catch {
          response.writeHead(404).end()
        }
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { config } = loadConfig(null, {})
    const { bring } = createDefinitionFeed(config, it.site.folder)
    const { look, stages } = follow(it, { source: () => address, bring })
    try {
      offer('w1')
      assert.equal(await look(), '')
      assert.deepEqual(await stages(), ['w1 shadow'])
      assert.deepEqual(asked, ['/manifest.json', '/manifest.sig', '/set.json'])
      await look()
      assert.equal(asked.length, 4, 'what is known is not fetched again')
      assert.match(await follow(it, { source: () => `${address}/none`, bring }).look(), /answers 404/)
      assert.match(
        await follow(it, { source: () => `${address}/moved`, bring }).look(),
        /fetch failed|redirect/,
      )
    } finally {
      server.close()
    }
  })
})
