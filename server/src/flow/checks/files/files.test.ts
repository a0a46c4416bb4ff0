import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseMessage } from '#flow/inspection/parse-message.ts'
import { decide, defaultPolicy } from '#flow/inspection/verdict.ts'
import {
  composeModule,
  composeOle,
  composeZip,
  eicar,
  encryptedEntry,
} from '../../../../../tests/mail/sample-files.ts'
import { files } from './files.ts'

const limits = { maxDepth: 100, maxParts: 10_000, maxHeaderBytes: 512 << 10 }
const arrival = { ip: '192.0.2.1', helo: 'client.test', mailFrom: 'a@client.test', rcptTo: [], receivedAt: 0 }

/** Findings of a message that carries one file. */
async function findingsOf(name: string, bytes: Buffer, type = 'application/octet-stream') {
  const head =
    `From: a@client.test\r\nSubject: file\r\nMIME-Version: 1.0\r\nContent-Type: ${type}; name="${name}"\r\n` +
    'Content-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n'
  const body = bytes.toString('base64').replace(/.{76}/g, '$&\r\n')
  const message = await parseMessage({ id: 'x', bytes: Buffer.from(`${head}${body}\r\n`), arrival, limits })
  return (await files.run(message, {} as Parameters<typeof files.run>[1])).findings
}

async function verdictOf(name: string, bytes: Buffer) {
  const { verdict, disposition, score } = decide(await findingsOf(name, bytes), defaultPolicy)
  return { verdict, disposition, score }
}

const program = Buffer.concat([Buffer.from('MZ\x90\0', 'latin1'), Buffer.alloc(100)])
const text = Buffer.from('Good morning.\n')

test('a program in an archive is quarantined, whatever its name', async () => {
  for (const name of ['setup.exe', 'readme.txt', 'photo.jpg'])
    assert.equal((await verdictOf('a.zip', composeZip([{ name, bytes: program }]))).disposition, 'quarantine')
})

test('an archive with a password weighs 600, as the product says', async () => {
  assert.deepEqual(await verdictOf('a.zip', encryptedEntry('notes.txt')), {
    verdict: 'policy',
    disposition: 'quarantine',
    score: 600,
  })
})

test('what is too deep, too large or too many is unscanned, and a person decides', async () => {
  let deep: Buffer = text
  for (let depth = 0; depth < 20; depth++) deep = composeZip([{ name: 'a.zip', bytes: deep }])
  const large = composeZip([{ name: 'a.bin', bytes: text, declared: 2 ** 31 }])
  const many = composeZip(Array.from({ length: 10_100 }, (_, index) => ({ name: `${index}`, bytes: text })))
  for (const bytes of [deep, large, many])
    assert.deepEqual(await verdictOf('a.zip', bytes), {
      verdict: 'unscanned',
      disposition: 'quarantine',
      score: 0,
    })
})

test('the test file of scanners in an archive within an archive is a virus', async () => {
  const inner = composeZip([{ name: 'eicar.com', bytes: eicar() }])
  assert.deepEqual((await verdictOf('b.zip', composeZip([{ name: 'a.zip', bytes: inner }]))).verdict, 'virus')
})

test('ordinary files score nothing', async () => {
  const photo = readFileSync(join(import.meta.dirname, '../../../ground/files/fixtures/code.jpg'))
  const document = composeZip([
    { name: '[Content_Types].xml', bytes: Buffer.from('<Types/>') },
    {
      name: 'word/_rels/document.xml.rels',
      bytes: Buffer.from(
        '<Relationships><Relationship Id="1" Type="http://schemas.example/hyperlink" Target="https://shop.example/" TargetMode="External"/><Relationship Id="2" Type="http://schemas.example/attachedTemplate" Target="file:///\\\\server\\share\\letter.dotx" TargetMode="External"/></Relationships>',
      ),
    },
    { name: 'word/document.xml', bytes: Buffer.from('<w:document><w:t>Dear Bob</w:t></w:document>') },
    { name: 'word/media/image1.jpg', bytes: photo },
  ])
  const photos = composeZip([1, 2, 3].map((each) => ({ name: `summer/${each}.jpg`, bytes: photo })))
  const sources = composeZip(
    ['index.html', 'app.js', 'a.css', 'b.css', 'c.css', 'd.json', 'e.md'].map((name) => ({
      name,
      bytes: text,
    })),
  )
  for (const [name, bytes] of [
    ['letter.docx', document],
    ['photos.zip', photos],
    ['notes.txt', text],
    ['data.csv', Buffer.from('a;b\n1;2\n')],
    ['photo.jpg', photo],
  ] as const)
    assert.deepEqual(await findingsOf(name, bytes), [], name)
  assert((await verdictOf('site.zip', sources)).score < 100)
})

test('macros weigh, and those that run by themselves reach quarantine', async () => {
  const withMacros = (source: string) =>
    composeZip([
      { name: '[Content_Types].xml', bytes: Buffer.from('<Types/>') },
      {
        name: 'word/vbaProject.bin',
        bytes: composeOle([
          { name: 'VBA/A', bytes: composeModule(`Attribute A = 1\r\nSub ${source}()\r\nEnd Sub\r\n`) },
        ]),
      },
    ])
  assert.equal((await verdictOf('a.docm', withMacros('Helper'))).score, 60)
  assert.equal((await verdictOf('a.docm', withMacros('AutoOpen'))).disposition, 'quarantine')
})

const clam = '/usr/share/clamav-testfiles'

test('each test file of ClamAV is recognised, most as the program it holds', {
  skip: !existsSync(clam) && 'the package clamav-testfiles is not installed',
}, async (t) => {
  const quiet: string[] = []
  for (const name of readdirSync(clam)) {
    const { disposition } = await verdictOf(name, readFileSync(join(clam, name)))
    if (disposition !== 'quarantine') quiet.push(name)
  }
  t.diagnostic(`not quarantined without clamd: ${quiet.join(' ')}`)
  assert(quiet.length <= 8, quiet.join(' '))
})
