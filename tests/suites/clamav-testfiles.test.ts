/**
 * The test files of ClamAV (Debian: clamav-testfiles): one harmless program, wrapped in 22 ways, each attached to a
 * message. A real clamd with a local signature of that program looks at them; each must be set aside as a virus, and
 * a clean copy of the same letter must pass.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { attached } from '../harness/attached.ts'
import { Clamd, clamdMissing, eicar, testFilesFolder } from '../harness/clamd.ts'
import { arrivals, sendLetter } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { unlessInstalled } from './missing-package.ts'

const files =
  `clam-aspack.exe clam-mew.exe clam-pespin.exe clam-upack.exe clam-wwpack.exe clam.7z clam.bin-be.cpio clam.bz2.zip
  clam.chm clam.ea05.exe clam.exe clam.exe.bz2 clam.exe.mbox.base64 clam.exe.rtf clam.impl.zip clam.newc.cpio
  clam.ole.doc clam.ppt clam.tar.gz clam.zip clam_IScab_int.exe clam_ISmsi_int.exe`.split(/\s+/)

const installed = clamdMissing() === null && existsSync(join(testFilesFolder, 'clam.exe'))

interface Traced {
  readonly traced: {
    readonly deliveries: { readonly state: string; readonly reason: string }[]
    readonly explanation: { readonly findings: { code: string; evidence: Record<string, unknown> }[] }
  }
}

describe('test files of ClamAV', unlessInstalled(installed, 'clamav-daemon or clamav-testfiles'), () => {
  let clamd: Clamd
  let sink: Sink
  let site: TestSite

  before(async () => {
    clamd = await Clamd.start()
    sink = await Sink.start()
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: ['b@site.example'],
      settings: { 'antivirus.backends': [clamd.socket] },
    })
  })
  after(async () => {
    await site?.[Symbol.asyncDispose]()
    await sink?.down()
    await clamd?.[Symbol.asyncDispose]()
  })

  const send = (name: string, letter: { header?: string; body: string }) =>
    sendLetter(site, { to: 'b@site.example', name, ...letter })

  async function assertCaught(id: string): Promise<void> {
    const { traced } = await site.json<Traced>('trace', id)
    assert.deepEqual(
      traced.deliveries.map((each) => [each.state, each.reason]),
      [['quarantined', 'virus']],
    )
    const found = traced.explanation.findings.find((each) => each.code === 'antivirus-found')
    assert.equal(found?.evidence.definitions, '1', 'the verdict names the definitions')
  }

  for (const name of files)
    test(`${name} is set aside`, async () => {
      await assertCaught(await send(name, attached(name, readFileSync(join(testFilesFolder, name)))))
    })

  const zipOf = (bytes: Buffer) => attached('a.zip', bytes)
  for (const [name, letter] of [
    ['eicar-base64', attached('eicar.com', Buffer.from(eicar))],
    [
      'eicar-quoted',
      {
        header:
          'Content-Type: application/x-msdownload; name=e.com\r\nContent-Transfer-Encoding: quoted-printable\r\n',
        body: `${eicar.replace('=', '=3D').slice(0, 30)}=\r\n${eicar.slice(30)}=\r\n`,
      },
    ],
    [
      'eicar-nested',
      {
        header: 'Content-Type: message/rfc822\r\n',
        body: `Subject: inner\r\n${attached('e.com', Buffer.from(eicar)).header}\r\n${attached('e.com', Buffer.from(eicar)).body}`,
      },
    ],
    [
      'eicar-after-odd-field',
      {
        header: `X-${'y'.repeat(400)}: z\r\n${attached('e', Buffer.from(eicar)).header}`,
        body: attached('e', Buffer.from(eicar)).body,
      },
    ],
  ] as const)
    test(`${name} is set aside`, async () => {
      await assertCaught(await send(name, letter))
    })

  test('clean copies pass, with a file and without', async () => {
    await send('clean-file', zipOf(Buffer.from('no program at all')))
    await send('clean-text', { body: 'words\r\n' })
    await waitUntil('they arrive', () => arrivals(sink, 'clean-file') + arrivals(sink, 'clean-text') === 2)
    assert.equal(sink.messages.length, 2, 'nothing else was delivered')
  })
})
