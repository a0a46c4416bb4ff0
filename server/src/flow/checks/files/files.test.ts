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

test('what runs is quarantined by its name too, and words that end so in other names are not', async () => {
  const names =
    'a.exe a.xll a.scr a.msi a.jar a.chm a.cpl a.js a.hta a.iqy a.wsf a.lnk a.library-ms a.iso a.img a.vhd invoice.pdf.exe'
  for (const name of names.split(' '))
    assert.equal((await verdictOf(name, text)).disposition, 'quarantine', name)
  for (const name of ['example.com', 'my.application', 'notes.txt', 'report.xlsx', 'table.csv'])
    assert.equal((await verdictOf(name, text)).score, 0, name)
})

test('a name however long does not hide its ending', async () => {
  const name = `${'invoice '.repeat(90)}.js`
  const [report] = (await findingsOf('a.zip', composeZip([{ name, bytes: text }]))).map((each) => each.code)
  assert.equal(report, 'script-file')
  assert(
    (await findingsOf(`bill${' '.repeat(60)}.exe`, text)).some((each) => each.code === 'deceptive-file-name'),
  )
})

test('pictures beside a script do not make it the source of a program', async () => {
  const photo = readFileSync(join(import.meta.dirname, '../../../ground/files/fixtures/code.jpg'))
  const photos = Array.from({ length: 8 }, (_, index) => ({ name: `${index}.jpg`, bytes: photo }))
  const archive = composeZip([...photos, { name: 'order.js', bytes: text }])
  assert.equal((await verdictOf('a.zip', archive)).disposition, 'quarantine')
})

test('a picture or a PDF with an archive behind it says so, and the archive is looked into', async () => {
  const photo = readFileSync(join(import.meta.dirname, '../../../ground/files/fixtures/code.jpg'))
  const archive = composeZip([{ name: 'tool.txt', bytes: program }])
  for (const before of [photo, Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n')]) {
    const codes = (await findingsOf('a', Buffer.concat([before, archive]))).map((each) => each.code).sort()
    assert.deepEqual(codes, ['executable-file', 'file-polyglot'])
    assert.deepEqual(await findingsOf('a', before), [])
  }
  const page = Buffer.from('<script>alert(1)</script>\n%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n')
  assert.deepEqual((await findingsOf('a.hta', page)).map((each) => each.code).includes('file-polyglot'), true)
})

test('files of an archive that lie over each other are a bomb', async () => {
  const archive = composeZip(Array.from({ length: 10 }, (_, index) => ({ name: `${index}`, bytes: text })))
  // All entries of the directory lead to the first file, with a length that takes in all of them.
  const directory = archive.indexOf('504b0102', 0, 'hex')
  for (let at = directory; at >= 0; at = archive.indexOf('504b0102', at + 4, 'hex')) {
    archive.writeUInt32LE(directory, at + 20)
    archive.writeUInt32LE(0, at + 42)
  }
  const codes = (await findingsOf('a.zip', archive)).map((each) => each.code)
  assert.deepEqual(codes.sort(), ['archive-overlapping', 'file-too-large'])
})

test('200 MB of zeros in a zip cost nothing, and are for a person', async () => {
  const zeros = composeZip([{ name: 'a.bin', bytes: Buffer.alloc(200 << 20) }])
  const before = process.cpuUsage()
  assert.deepEqual(await verdictOf('a.zip', zeros), {
    verdict: 'unscanned',
    disposition: 'quarantine',
    score: 0,
  })
  const { user, system } = process.cpuUsage(before)
  assert(user + system < 500_000)
})

test('tables that start a program are found, and formulas are not', async () => {
  const codesOf = async (name: string, lines: string) =>
    (await findingsOf(name, Buffer.from(lines))).map((each) => each.code)
  assert.deepEqual(await codesOf('a.csv', "name,sum\nx,=cmd|'/C calc'!A0\n"), ['office-dde'])
  assert.deepEqual(await codesOf('a.slk', 'ID;PWXL;N;E\nC;X1;Y1;K0;EEXEC("calc")\nE\n'), ['office-dde'])
  assert.deepEqual(await codesOf('a.csv', "name,sum\nx,=SUM(A1:A3)\n'a'|'b'!\n"), [])
})

/** A notebook with one file in it, whose name stands elsewhere in UTF-16. */
function notebook(name: string, file: Buffer): Buffer {
  const head = Buffer.alloc(36)
  Buffer.from('e716e3bd65261145a4c48d4d0b7a9eac', 'hex').copy(head)
  head.writeUInt32LE(file.length, 16)
  return Buffer.concat([
    Buffer.from('e4525c7b8cd8a74daeb15378d02996d3', 'hex'),
    Buffer.alloc(64),
    Buffer.from(`${name}\0`, 'utf16le'),
    head,
    file,
  ])
}

test('a script in a notebook is found by the name that stands elsewhere in it', async () => {
  const codes = (await findingsOf('a.one', notebook('Open me.hta', text))).map((each) => each.code)
  assert.deepEqual(codes, ['script-file'])
  assert.deepEqual(await findingsOf('a.one', notebook('minutes.txt', text)), [])
})

test('an object that an Office file loads from the web weighs more than a template', async () => {
  const document = (type: string) =>
    composeZip([
      { name: '[Content_Types].xml', bytes: Buffer.from('<Types/>') },
      {
        name: 'word/_rels/document.xml.rels',
        bytes: Buffer.from(
          `<Relationships><Relationship Type="http://schemas.example/${type}" Target="https://x.example/a!" TargetMode="External"/></Relationships>`,
        ),
      },
    ])
  assert.equal((await verdictOf('a.docx', document('oleObject'))).disposition, 'quarantine')
  assert.equal((await verdictOf('a.docx', document('attachedTemplate'))).score, 120)
  assert.equal((await verdictOf('a.docx', document('hyperlink'))).score, 0)
})
