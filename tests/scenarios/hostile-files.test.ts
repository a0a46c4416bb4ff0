import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'
import * as hostile from '../mail/hostile-files.ts'
import { manyLinks } from '../mail/monsters.ts'
import { composeZip, eicar, encryptedEntry } from '../mail/sample-files.ts'

/** What becomes of each: the finding that decides, or null where the file is only odd and is delivered. */
const monsters: readonly [name: string, message: () => Buffer, finding: string | null][] = [
  ['a zip bomb', () => hostile.withFile('bomb.zip', hostile.zipBomb()), 'file-too-large'],
  [
    'an archive of a gigabyte, as it says',
    () => hostile.withFile('big.zip', hostile.declaredGigabyte()),
    'file-too-large',
  ],
  ['a gigabyte of zeros in gzip', () => hostile.withFile('log.gz', hostile.gzipBomb()), null],
  ['a picture of 30,000 x 30,000', () => hostile.withFile('scan.png', hostile.hugePng(), 'image/png'), null],
  [
    'a broken PDF of 30,000 objects',
    () => hostile.withFile('a.pdf', hostile.brokenPdf(), 'application/pdf'),
    null,
  ],
  ['an Office file in circles', () => hostile.withFile('a.doc', hostile.circularOle()), null],
  ['200 MB of zeros in a zip', () => hostile.withFile('a.zip', hostile.zippedZeros()), 'file-too-large'],
  ['200 MB of zeros in a 7z', () => hostile.withFile('a.7z', hostile.sevenZipBomb()), 'file-too-large'],
  ['files over each other', () => hostile.withFile('a.zip', hostile.overlappingZip()), 'archive-overlapping'],
  ['disks in archives in disks', () => hostile.withFile('a.rar', hostile.nestedDisks()), 'archive-too-deep'],
  ['10,000 links', () => manyLinks(10_000), null],
  [
    'an archive with a password',
    () => hostile.withFile('a.zip', encryptedEntry('a.txt')),
    'encrypted-archive',
  ],
  [
    'EICAR in a zip in a zip',
    () =>
      hostile.withFile(
        'a.zip',
        composeZip([{ name: 'b.zip', bytes: composeZip([{ name: 'c.com', bytes: eicar() }]) }]),
      ),
    'eicar-test-file',
  ],
]

describe('hostile files: an answer in time, others pass, nothing crashes, nothing harmful is delivered', () => {
  let sink: Sink
  let site: TestSite
  let memoryBefore = 0

  before(async () => {
    sink = await Sink.start()
    site = await TestSite.start({ domains: { 'site.example': sink.hop }, users: ['b@site.example'] })
    memoryBefore = site.memory()
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  async function send(message: string | Buffer): Promise<{ reply: string; ms: number }> {
    const started = Date.now()
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    await client.command('MAIL FROM:<a@x.example>')
    await client.command('RCPT TO:<b@site.example>')
    await client.command('DATA')
    client.send(message)
    client.send('\r\n.\r\n')
    return { reply: await client.reply(), ms: Date.now() - started }
  }

  for (const [name, compose, finding] of monsters) {
    test(name, async (t) => {
      const before = sink.messages.length
      const { ms: alone } = await send('Subject: alone\r\n\r\nx\r\n')
      await waitUntil('it arrives', () => sink.messages.length > before)
      const had = sink.messages.length
      const [hostileOne, other] = await Promise.all([send(compose()), send('Subject: other\r\n\r\nx\r\n')])
      t.diagnostic(
        `${hostileOne.ms} ms beside ${other.ms} ms of another, ${alone} ms alone, ${Math.round(site.memory() / 2 ** 20)} MB`,
      )
      assert.match(hostileOne.reply, /^250 /)
      assert.match(other.reply, /^250 /)
      // As slow as the machine is for an ordinary letter, at most.
      assert.ok(Math.max(hostileOne.ms, other.ms) < Math.max(10_000, 10 * alone))
      const expected = finding === null ? 2 : 1
      await waitUntil('the others arrive', () => sink.messages.length === had + expected)
      if (finding === null) return
      const [, id = ''] = /Accepted as (\w+)/.exec(hostileOne.reply) ?? []
      const shown = await site.must('quarantine', 'show', id)
      assert.ok(shown.includes(`files/${finding}`), `${finding}: ${shown}`)
    })
  }

  test('memory grew by less than what one message may take, for each of two threads', () => {
    assert.ok(site.memory() - memoryBefore < 2 * (64 << 20), `${site.memory() - memoryBefore} bytes`)
  })

  test('no thread ended and no alarm of a poisonous message was raised', () => {
    assert.doesNotMatch(site.log, /poison|thread/i)
  })
})
