import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { attached } from '../harness/attached.ts'
import { Clamd, clamdMissing, eicar, signatureOf } from '../harness/clamd.ts'
import { sendLetter } from '../harness/letter.ts'
import { type SignatureBundle, writeBundle } from '../harness/signature-bundle.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { unlessInstalled } from '../suites/missing-package.ts'

const good = `${signatureOf(eicar, 'Eicar-Test-File')}\n`
/** Finds four letters that every message has. */
const everything = `Test.Everything:0:*:${Buffer.from('From').toString('hex')}\n`

interface Status {
  readonly scanners: readonly { readonly version: string; readonly away: string }[]
}

describe('sets of virus signatures', unlessInstalled(clamdMissing() === null, 'clamav-daemon'), () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-signatures-'))
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const signatures = join(folder, 'signatures')
  let site: TestSite
  let sink: Sink
  let scanners: Clamd[] = []

  const bundle = (version: string, files: SignatureBundle['files'], day = version, key = privateKey) =>
    writeBundle(join(folder, 'mirror'), { version, made: `2026-01-${day}T00:00:00Z`, files }, key)
  const loaded = async () =>
    (await site.json<Status>('scanners', 'status')).scanners.map((each) => each.version)
  const allLoad = (version: string) =>
    waitUntil(`all have loaded ${version}`, async () => (await loaded()).every((each) => each === version))
  const take = (path: string) => site.command('scanners', 'take', path)

  before(async () => {
    writeFileSync(join(folder, 'key.pem'), publicKey.export({ type: 'spki', format: 'pem' }))
    sink = await Sink.start()
    const sockets = [1, 2].map((n) => join(folder, `later-${n}`))
    const settings = {
      'antivirus.signatures': signatures,
      'antivirus.signaturesKey': join(folder, 'key.pem'),
    }
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: ['b@site.example'],
      settings: { ...settings, 'antivirus.backends': sockets },
    })
    assert.equal((await take(bundle('01', { 'first.hdb': good }))).code, 0, 'before any scanner runs')
    scanners = await Promise.all([1, 2].map(() => Clamd.start({ database: join(signatures, 'current') })))
    site.configure({ ...settings, 'antivirus.backends': scanners.map((each) => each.socket) })
    site.signal('SIGHUP')
  })
  after(async () => {
    await site?.[Symbol.asyncDispose]()
    for (const each of scanners) await each[Symbol.asyncDispose]()
    await sink?.down()
    rmSync(folder, { recursive: true, force: true })
  })

  test('scanners start from the set on the disk, and a newer one is taken by all of them', async () => {
    await allLoad('01')
    assert.match((await take(bundle('02', { 'first.hdb': good }))).stdout, /02 is in use/)
    // The second one loads it behind the answer.
    await allLoad('02')
    // The server has other scanners until its settings are read again, and asks each for its set now and then.
    await waitUntil('a message says what it was judged by', async () => {
      const letter = { to: 'b@site.example', name: 'v', ...attached('e.com', Buffer.from(eicar)) }
      return /definitions 02/.test(await site.must('trace', await sendLetter(site, letter)))
    })
  })

  test('what is not signed, cut, older, or finds something in clean mail is refused, and the set in use stays', async () => {
    const { privateKey: other } = generateKeyPairSync('ed25519')
    const cut = bundle('04', { 'first.hdb': good })
    writeFileSync(join(cut, 'first.hdb'), good.slice(0, 20))
    for (const [path, why] of [
      [bundle('03', { 'first.hdb': good }, '03', other), /signature .* does not hold/],
      [cut, /damaged or cut/],
      [bundle('00', { 'first.hdb': good }, '01'), /older than 02/],
      [bundle('05', { 'first.hdb': good, '..evil': '' }), /no name of a signature file/],
      [bundle('06', { 'first.hdb': good, 'all.ndb': everything }), /Test\.Everything\S* in clean mail/],
      [bundle('06', { 'first.hdb': good, 'all.ndb': everything }), /06 was refused/],
    ] as const) {
      const { code, stderr } = await take(path)
      assert.notEqual(code, 0)
      assert.match(stderr, why)
    }
    await allLoad('02')
  })

  test('what only a set that is taken back had caught leaves, once; a virus stays', async () => {
    const letter = (name: string, text: string) =>
      sendLetter(site, { to: 'b@site.example', name, ...attached('a.txt', Buffer.from(text)) })
    const wrong = `${signatureOf('minutes of the meeting', 'Test.Wrong')}\n`
    assert.equal((await take(bundle('07', { 'first.hdb': good, 'wrong.hdb': wrong }))).code, 0)
    await allLoad('07')
    const ids = [
      await letter('wrong-1', 'minutes of the meeting'),
      await letter('wrong-2', 'minutes of the meeting'),
    ]
    const virus = await letter('virus', eicar)
    const kept = async () =>
      (await site.json<{ lines: { messageId: string }[] }>('quarantine', 'list')).lines.map(
        (each) => each.messageId,
      )
    await waitUntil('all are kept', async () =>
      [...ids, virus].every(async (id) => (await kept()).includes(id)),
    )
    assert.match(await site.must('scanners', 'back'), /02 is in use again/)
    const copies = (n: number) =>
      sink.messages.filter((each) => each.headerMessageId === `<wrong-${n}@letter.example>`)
    await waitUntil('they leave', () => copies(1).length > 0 && copies(2).length > 0, 60_000)
    assert.deepEqual([copies(1).length, copies(2).length], [1, 1])
    assert((await kept()).includes(virus))
    assert(!(await kept()).some((id) => ids.includes(id)))
  })

  test('one action goes back to the set before, in all scanners', async () => {
    assert.match(await site.must('scanners', 'back'), /01 is in use again/)
    await allLoad('01')
    assert.match((await take(join(folder, 'mirror', '02'))).stderr, /02 was refused: it was taken back/)
  })
})
