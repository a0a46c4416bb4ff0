import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { deflateSync, inflateSync } from 'node:zlib'
import { isLinear, measureAwaitedGrowth } from '../../../../tests/mail/growth.ts'
import { composeModule, composeOle, composeZip } from '../../../../tests/mail/sample-files.ts'
import type { FileReport } from './file-report.ts'
import { lookInto } from './look-into.ts'

async function look(name: string, bytes: Buffer): Promise<FileReport[]> {
  return lookInto([{ name, bytes, size: bytes.length, cut: false }], async () => ({
    texts: [],
    links: [],
    files: [],
  }))
}

const signsOf = (report: FileReport | undefined) => [...(report?.signs ?? [])].sort()
const urlsOf = (report: FileReport | undefined) => report?.links.map((each) => each.url)
const text = (...lines: string[]) => Buffer.from(lines.join('\n'), 'latin1')

test('links of a PDF are found in plain objects, with escapes, in hexadecimal, and in packed objects', async () => {
  const packed = deflateSync(text('<</S/URI/URI(https://packed.example/)>>'))
  const pdf = Buffer.concat([
    text(
      '%PDF-1.5',
      '1 0 obj<</S/URI/URI(https://plain.example/a\\(b\\)\\057c)>>endobj',
      '2 0 obj<</S/#55RI/URI <68747470733a2f2f6865782e6578616d706c65>>>endobj',
      '3 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length 9>>stream',
      '',
    ),
    packed,
    text('', 'endstream endobj', '4 0 obj<</S/SubmitForm/F(https://form.example/)>>endobj'),
  ])
  assert.deepEqual(urlsOf((await look('a.pdf', pdf))[0]), [
    'https://plain.example/a(b)/c',
    'https://hex.example',
    'https://packed.example/',
    'https://form.example/',
  ])
})

test('scripts, programs to start, files within and encryption of a PDF are seen', async () => {
  const file = deflateSync(Buffer.concat([text('MZ'), Buffer.alloc(80)]))
  const pdf = Buffer.concat([
    text(
      '%PDF-1.4',
      '1 0 obj<</OpenAction<</S/J#61vaScript/JS(app.alert\\(1\\))>>>>endobj',
      '2 0 obj<</S/Launch/F(cmd.exe)>>endobj',
    ),
    text('', '3 0 obj<</Type/EmbeddedFile/Filter/FlateDecode>>stream', ''),
    file,
    text('', 'endstream endobj', 'trailer<</Encrypt 9 0 R>>'),
  ])
  const reports = await look('a.pdf', pdf)
  assert.deepEqual(signsOf(reports[0]), ['embedded-file', 'pdf-launch', 'pdf-script', 'restricted'])
  assert.equal(reports[1]?.type.name, 'exe')
})

/** The code in fixtures/code.png as rows of bits, with the filter byte of each. */
function codeBits(): { size: number; filtered: Buffer } {
  const png = readFileSync(join(import.meta.dirname, 'fixtures/code.png'))
  const at = png.indexOf('IDAT')
  const data = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)))
  return { size: png.readUInt32BE(16), filtered: data }
}

test('a code in a PDF is read: in packed samples with and without prediction, and in a JPEG', async () => {
  const { size, filtered } = codeBits()
  const image = (rest: string, bytes: Buffer) =>
    Buffer.concat([
      text('%PDF-1.4', `1 0 obj<</Subtype/Image/Width ${size}/Height ${size}${rest}>>stream`, ''),
      bytes,
      text('', 'endstream endobj'),
    ])
  const perRow = Math.ceil(size / 8) + 1
  const rows = Array.from({ length: size }, (_, row) => filtered.subarray(row * perRow, (row + 1) * perRow))
  assert(
    rows.every((each) => each[0] === 0),
    'the fixture is not filtered',
  )
  const bits = Buffer.concat(rows.map((each) => each.subarray(1)))
  const palette = Buffer.from(
    rows.flatMap((row) =>
      Array.from({ length: size }, (_, at) => (row[1 + (at >> 3)]! >> (7 - (at & 7))) & 1),
    ),
  )
  const jpeg = readFileSync(join(import.meta.dirname, 'fixtures/code.jpg'))
  for (const pdf of [
    image(
      '/BitsPerComponent 1/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 99>>',
      deflateSync(filtered),
    ),
    image('/BitsPerComponent 1/Filter/FlateDecode', deflateSync(bits)),
    image(
      '/BitsPerComponent 8/ColorSpace[/Indexed/DeviceRGB 1 <000000FFFFFF>]/Filter/FlateDecode',
      deflateSync(palette),
    ),
    image('/BitsPerComponent 8/Filter/DCTDecode', jpeg),
  ]) {
    const reports = await look('a.pdf', pdf)
    assert.deepEqual(
      reports.flatMap((each) => each.links),
      [{ url: 'https://qr.example.net/login?id=7', from: 'qr' }],
    )
    assert.deepEqual(signsOf(reports[0]), [])
  }
})

test('a PDF of 10,000 links and one of 100,000 objects cost little', async (t) => {
  const links = text(
    '%PDF-1.4',
    ...Array.from(
      { length: 10_000 },
      (_, index) => `${index} 0 obj<</URI(https://a.example/${index})>>endobj`,
    ),
  )
  const streams = text(
    '%PDF-1.4',
    ...Array.from(
      { length: 100_000 },
      (_, index) => `${index} 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\nx\nendstream`,
    ),
  )
  for (const bytes of [links, streams]) {
    const before = process.cpuUsage()
    const [report] = await look('a.pdf', bytes)
    const { user, system } = process.cpuUsage(before)
    t.diagnostic(`${bytes.length} bytes: ${((user + system) / 1000).toFixed(0)} ms`)
    assert((user + system) / 1000 < 2000)
    assert(report && report.links.length <= 2000)
  }
})

test('macros of an older file are found, and whether they run by themselves', async () => {
  const quiet = composeModule('Attribute VB_Name = "A"\r\nSub Helper()\r\nEnd Sub\r\n')
  const loud = composeModule('Attribute VB_Name = "A"\r\nPrivate Sub Document_Open()\r\nEnd Sub\r\n')
  const file = (module: Buffer) =>
    composeOle([
      { name: 'WordDocument', bytes: Buffer.alloc(100) },
      { name: 'VBA/Module1', bytes: Buffer.concat([Buffer.alloc(50), module]) },
    ])
  assert.deepEqual(signsOf((await look('a.doc', file(quiet)))[0]), ['macros'])
  assert.deepEqual(signsOf((await look('a.doc', file(loud)))[0]), ['auto-macros', 'macros'])
})

test('macros of a newer file are found in its project', async () => {
  const project = composeOle([
    { name: 'VBA/ThisWorkbook', bytes: composeModule('Attribute X = 1\r\nSub Workbook_Open()\r\n') },
  ])
  const reports = await look(
    'a.xlsm',
    composeZip([
      { name: '[Content_Types].xml', bytes: text('<Types/>') },
      { name: 'xl/vbaProject.bin', bytes: project },
    ]),
  )
  assert.equal(reports[0]?.type.name, 'xlsx')
  assert.deepEqual(signsOf(reports[1]), ['auto-macros', 'macros'])
})

test('a password on an Office file of either kind is seen', async () => {
  const newer = composeOle([{ name: 'EncryptedPackage', bytes: Buffer.alloc(10) }])
  const word = Buffer.alloc(100)
  word.writeUInt16LE(0x0100, 10)
  const older = composeOle([{ name: 'WordDocument', bytes: word }])
  for (const bytes of [newer, older]) assert.deepEqual(signsOf((await look('a', bytes))[0]), ['encrypted'])
})

test('links, templates from the web and fields of an Office file are found', async () => {
  const relation = (type: string, target: string) =>
    `<Relationship Type="http://x/${type}" Target="${target}" TargetMode="External"/>`
  const [report] = await look(
    'a.docx',
    composeZip([
      { name: '[Content_Types].xml', bytes: text('<Types/>') },
      {
        name: 'word/_rels/settings.xml.rels',
        bytes: text(
          relation('attachedTemplate', 'https://t.example/a.dotm'),
          relation('hyperlink', 'https://l.example/?a=1&amp;b=2'),
        ),
      },
      {
        name: 'word/document.xml',
        bytes: text(
          '<w:instrText>HYPER</w:instrText><w:instrText>LINK "https://f.example/"</w:instrText><w:instrText> DDEAUTO c:\\x </w:instrText>',
        ),
      },
    ]),
  )
  assert.deepEqual(signsOf(report), ['dde', 'external-template'])
  assert.deepEqual(urlsOf(report), [
    'https://t.example/a.dotm',
    'https://l.example/?a=1&b=2',
    'https://f.example/',
  ])
})

test('links in older Office files are found, in letters of one byte and of two', async () => {
  const word = Buffer.concat([
    Buffer.alloc(600),
    text('\x13 HYPERLINK "https://one.example/a?b=1" \x14 x'),
    Buffer.from(' https://two.example/wide\r', 'utf16le'),
  ])
  const [report] = await look('a.doc', composeOle([{ name: 'WordDocument', bytes: word }]))
  assert.deepEqual(urlsOf(report), ['https://one.example/a?b=1', 'https://two.example/wide'])
})

test('a compound file whose tables lead in circles ends', async () => {
  const bytes = composeOle([{ name: 'Workbook', bytes: Buffer.alloc(9000) }])
  for (let at = 512; at < 1024; at += 4) bytes.writeUInt32LE(2, at)
  assert.equal((await look('a.xls', bytes)).length, 1)
})

test('an object in a rich text file is found through blanks and control words', async () => {
  const rtf = text(
    '{\\rtf1{\\object\\objemb{\\*\\objclass Equation.3}{\\*\\objdata 01 05\\bin0 00',
    '00 d0cf11e0a1b11ae1 00}}{\\field{\\*\\fldinst HYPERLINK "https://r.example/"}}}',
  )
  const reports = await look('a.doc', rtf)
  assert.deepEqual(signsOf(reports[0]), ['embedded-file', 'equation'])
  assert.deepEqual(urlsOf(reports[0]), ['https://r.example/'])
})

test('a page behind a BOM or in UTF-16 is a page', async () => {
  const page = '<html><script>document.write(unescape("%3Cinput type=password%3E"))</script></html>'
  for (const bytes of [Buffer.from(`\ufeff ${page}`), Buffer.from(`\ufeff${page}`, 'utf16le')])
    assert.deepEqual(signsOf((await look('a.htm', bytes))[0]), [
      'html-password',
      'html-script',
      'html-smuggling',
    ])
})

test('documents made to slow readers down cost no more than their length', async () => {
  const rows: [name: string, piece: string, head: string][] = [
    ['strings within strings', '/URI(((((', '%PDF-1.4 '],
    ['hexadecimal strings that never end', '/URI <ab', '%PDF-1.4 '],
    ['names in hexadecimal digits', '#41', '%PDF-1.4 '],
    ['streams', 'stream endstream ', '%PDF-1.4 '],
    ['fields', '\\fldinst ', '{\\rtf1'],
    ['objects', '\\objdata 4d5a', '{\\rtf1'],
    ['runs of letters', `${'a'.repeat(1499)} `, '<html><script>atob(1)</script>'],
    ['inputs', 'type = ', '<html><script>atob(1)</script>'],
    ['old encodings', 'begin 644 a\n#', ''],
  ]
  for (const [name, piece, head] of rows) {
    const make = (size: number) => Buffer.from(`${head}${piece.repeat(size / piece.length)}`)
    const growth = await measureAwaitedGrowth(make, (bytes) => look('a', bytes), 1 << 16)
    assert(isLinear(growth), `${name}: ${growth}`)
  }
})
