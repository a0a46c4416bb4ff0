import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { balanced } from '../harness/books.ts'
import { sendLetter } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { settledStory } from '../harness/story.ts'
import { waitUntil } from '../harness/wait-until.ts'

const shipped = readFileSync(
  join(import.meta.dirname, '../../server/src/flow/checks/content/model/content.model'),
)

/** The shipped model under another version. */
function modelOf(version: string): Buffer {
  const end = shipped.indexOf(10)
  const head = JSON.parse(shipped.toString('utf8', 0, end))
  return Buffer.concat([Buffer.from(`${JSON.stringify({ ...head, version })}\n`), shipped.subarray(end + 1)])
}

interface Judged {
  readonly explanation: {
    readonly facts: { readonly versions?: Readonly<Record<string, string>> }
    readonly timings: Readonly<Record<string, number>>
  }
}

describe('a model that comes by feed', () => {
  const mirror = mkdtempSync(join(tmpdir(), 'mailkeep-mirror-'))
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  let site: TestSite
  let sink: Sink

  before(async () => {
    mkdirSync(join(mirror, 'feed'))
    writeFileSync(join(mirror, 'key.pem'), publicKey.export({ type: 'spki', format: 'pem' }))
    sink = await Sink.start({ keep: true })
    // There before the server is: it looks soon after its start, and then once a minute.
    offer('2026-11-21.1', modelOf('from-feed'))
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: ['b@site.example'],
      settings: { 'definitions.source': join(mirror, 'feed'), 'definitions.key': join(mirror, 'key.pem') },
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
    rmSync(mirror, { recursive: true })
  })

  function offer(version: string, model: Buffer): void {
    const entry = (name: string, content: Buffer) => {
      writeFileSync(join(mirror, 'feed', name), content)
      return { name, size: content.length, sha256: createHash('sha256').update(content).digest('hex') }
    }
    const { name, ...file } = entry('content.model', model)
    const set = entry('set.json', Buffer.from(JSON.stringify({ version, data: { [name]: file } })))
    const made = '2026-11-21T10:00:00Z'
    const manifest = Buffer.from(JSON.stringify({ version, made, files: [set, { name, ...file }] }))
    writeFileSync(join(mirror, 'feed', 'manifest.sig'), sign(null, manifest, privateKey).toString('base64'))
    writeFileSync(join(mirror, 'feed', 'manifest.json'), manifest)
  }

  let letters = 0
  async function judged(): Promise<Judged['explanation']> {
    const id = await sendLetter(site, { to: 'b@site.example', name: `letter-${letters++}` })
    const story = await waitUntil('it is delivered', () => settledStory(site, id))
    return (story as unknown as Judged).explanation
  }
  const modelIs = (version: string) =>
    waitUntil(`model ${version} judges`, async () => {
      const { facts } = await judged()
      return facts.versions?.['content.model'] === version
    })

  test('it judges in the shadow by itself, then all mail, also after a restart without its source, and goes back', {
    timeout: 600_000,
  }, async () => {
    const before = (await judged()).facts.versions?.['content.model'] ?? ''
    assert.notEqual(before, 'from-feed')
    await waitUntil(
      'it is on trial',
      async () => (await site.must('definitions', 'list')).includes('2026-11-21.1  shadow'),
      300_000,
    )
    await waitUntil('both judge', async () => {
      const { facts, timings } = await judged()
      assert.equal(facts.versions?.['content.model'], before, 'in the shadow it decides nothing')
      return timings['content on trial'] !== undefined
    })
    await site.must('definitions', 'activate', '2026-11-21.1')
    await modelIs('from-feed')
    rmSync(join(mirror, 'feed'), { recursive: true })
    await site.stop()
    await site.launch()
    assert.equal((await judged()).facts.versions?.['content.model'], 'from-feed')
    await site.must('definitions', 'take-back', '2026-11-21.1')
    await modelIs(before)
    await balanced(site)
  })
})
