import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import {
  composeTar,
  composeZip,
  eicar,
  encryptedEntry,
  type ZipFile,
} from '../../../../tests/mail/sample-files.ts'
import { holdsEicar } from './eicar.ts'
import type { FileReport } from './file-report.ts'
import { lookInto, type OpenMessage } from './look-into.ts'
import { lookLimits } from './look-limits.ts'

const noMessages: OpenMessage = async () => ({ texts: [], links: [], files: [] })

function look(name: string, bytes: Buffer): Promise<FileReport[]> {
  return lookInto([{ name, bytes, size: bytes.length, cut: false }], noMessages)
}

const zipOf = (...files: ZipFile[]) => composeZip(files)
const typesOf = (reports: readonly FileReport[]) => reports.map((each) => each.type.name)
const signsOf = (reports: readonly FileReport[]) => reports.flatMap((each) => [...each.signs])

/** CPU in milliseconds and memory in bytes that looking takes. */
async function costOf(name: string, bytes: Buffer) {
  const rss = process.memoryUsage().rss
  const before = process.cpuUsage()
  const reports = await look(name, bytes)
  const { user, system } = process.cpuUsage(before)
  return { reports, cpu: (user + system) / 1000, grown: process.memoryUsage().rss - rss }
}

test('a file within an archive within an archive is found with its path', async () => {
  const inner = zipOf({ name: 'tool.exe', bytes: Buffer.concat([Buffer.from('MZ'), Buffer.alloc(100)]) })
  const tar = composeTar([{ name: 'inner.zip', bytes: inner }])
  const reports = await look('outer.tar.gz', gzipSync(tar))
  assert.deepEqual(typesOf(reports), ['gzip', 'tar', 'zip', 'exe'])
  assert.deepEqual(reports.at(-1)?.path, ['outer.tar.gz', 'outer.tar', 'inner.zip'])
})

test('the test file of scanners is found plain, packed, and packed twice', async () => {
  const once = zipOf({ name: 'eicar.com', bytes: eicar() })
  for (const [name, bytes] of [
    ['eicar.com', eicar()],
    ['a.zip', once],
    ['b.zip', zipOf({ name: 'a.zip', bytes: once })],
    ['c.gz', gzipSync(once)],
  ] as const)
    assert(signsOf(await look(name, bytes)).includes('eicar'), name)
  assert(!holdsEicar(eicar().subarray(1)))
})

test('an archive with a password says so, and names of what is in it are known', async () => {
  const reports = await look('a.zip', encryptedEntry('invoice.js'))
  assert(reports[0]?.signs.has('encrypted'))
  assert.equal(reports[1]?.name, 'invoice.js')
})

test('an archive before which another one stands is read as a whole', async () => {
  const first = zipOf({ name: 'one.txt', bytes: Buffer.from('one') })
  const second = zipOf({ name: 'two.txt', bytes: Buffer.from('two') })
  const names = (await look('a.zip', Buffer.concat([first, second]))).map((each) => each.name)
  assert.deepEqual(names, ['a.zip', 'one.txt', 'two.txt'])
})

test('archives 20 deep end with a sign, not with a fault', async () => {
  let bytes: Buffer = Buffer.from('end')
  for (let depth = 0; depth < 20; depth++) bytes = zipOf({ name: 'next.zip', bytes })
  const { reports, cpu } = await costOf('a.zip', bytes)
  assert.equal(reports.length, lookLimits.depth + 1)
  assert(reports.at(-1)?.signs.has('too-deep'))
  assert(cpu < 2000)
})

test('an archive of 20,000 files ends with a sign', async () => {
  const bytes = zipOf(
    ...Array.from({ length: 20_000 }, (_, index) => ({ name: `${index}.txt`, bytes: Buffer.from('text') })),
  )
  const { reports, cpu } = await costOf('a.zip', bytes)
  assert(reports[0]?.signs.has('too-many'))
  assert(reports.length <= lookLimits.files + 1)
  assert(cpu < 2000, `${cpu} ms`)
})

test('an archive that says it holds more than 1 GiB is not unpacked', async () => {
  const bytes = zipOf({ name: 'a.bin', bytes: Buffer.from('x'), declared: (1 << 30) + 1 })
  const { reports, cpu } = await costOf('a.zip', bytes)
  assert(reports[0]?.signs.has('too-large'))
  assert(cpu < 200)
})

test('bombs cost less than 2 s of CPU and 64 MB, and say that not everything was seen', async (t) => {
  const zeros = gzipSync(Buffer.alloc(300 << 20), { level: 9 })
  const inner = zipOf({
    name: 'a.zip',
    bytes: Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(15 << 20)]),
  })
  const nested = zipOf(...Array.from({ length: 40 }, (_, index) => ({ name: `${index}.zip`, bytes: inner })))
  const blank = Buffer.alloc(100_000)
  const many = zipOf(...Array.from({ length: 9000 }, (_, index) => ({ name: `${index}.bin`, bytes: blank })))
  for (const [name, bytes, sign] of [
    ['zeros.zip.gz', zeros, null],
    ['nested.zip', nested, 'too-large'],
    ['many.zip', many, null],
  ] as const) {
    const { reports, cpu, grown } = await costOf(name, bytes)
    t.diagnostic(`${name}: ${bytes.length} bytes, ${cpu.toFixed(0)} ms CPU, ${(grown / 1e6).toFixed(0)} MB`)
    if (sign) assert(signsOf(reports).includes(sign), `${name}: ${signsOf(reports)}`)
    assert(cpu < 2000, `${name}: ${cpu} ms`)
    assert(grown < 64 << 20, `${name}: ${grown} bytes`)
  }
})

test('a zip that is cut is known by its directory: what lies beyond waits for a person only where it may hold others', async () => {
  const noise = Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * 7919) % 251))
  const cutLook = async (names: readonly string[]) => {
    const archive = zipOf(...names.map((name) => ({ name, bytes: noise })))
    const bytes = archive.subarray(0, 600)
    const file = { name: 'a.zip', bytes, size: archive.length, cut: true, tail: archive.subarray(-8000) }
    const reports = await lookInto([file], noMessages)
    return { signs: [...reports[0]!.signs], names: reports.slice(1).map((each) => each.name) }
  }
  const plain = ['a.jpg', 'film.mp4', 'b.pdf', 'c.docx']
  assert.deepEqual(await cutLook(plain), { signs: ['large'], names: plain })
  for (const other of ['b.zip', 'b.doc', 'b.bin', 'b.exe'])
    assert.deepEqual(await cutLook(['a.jpg', other]), { signs: ['too-large'], names: ['a.jpg', other] })
})

const clam = '/usr/share/clamav-testfiles'
/** Programs within kinds of archives that nobody here unpacks. */
const unread = ['clam.impl.zip']

test('the program in the test files of ClamAV is found', {
  skip: !existsSync(clam) && 'the package clamav-testfiles is not installed',
}, async () => {
  const set =
    'clam-aspack.exe clam-mew.exe clam-pespin.exe clam-upack.exe clam-wwpack.exe clam.7z clam.bin-be.cpio clam.bz2.zip clam.chm clam.ea05.exe clam.exe clam.exe.bz2 clam.exe.rtf clam.impl.zip clam.newc.cpio clam.ole.doc clam.ppt clam.tar.gz clam.zip clam_IScab_int.exe clam_ISmsi_int.exe'
  for (const name of set.split(' ')) {
    const reports = await look(name, readFileSync(join(clam, name)))
    if (unread.includes(name)) assert(signsOf(reports).includes('not-read'), name)
    // Of a 7z only the names are known.
    else
      assert(
        reports.some((each) => each.type.family === 'executable' || each.name === 'clam.exe'),
        name,
      )
  }
})

test('damaged archives never fail, and never take long', async () => {
  const originals = [
    zipOf(
      { name: 'a.txt', bytes: Buffer.from('hello') },
      { name: 'b.zip', bytes: zipOf({ name: 'c', bytes: eicar() }) },
    ),
    gzipSync(composeTar([{ name: 'a', bytes: Buffer.from('hello') }])),
    composeTar([{ name: 'a', bytes: Buffer.alloc(2000, 'x') }]),
  ]
  await fc.assert(
    fc.asyncProperty(
      fc.nat(originals.length - 1),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 10 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (which, changes, share) => {
        const bytes = Buffer.from(originals[which]!)
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        const reports = await look('a', bytes.subarray(0, Math.ceil(bytes.length * share)))
        assert(reports.length > 0 && reports.length < 100)
      },
    ),
    { numRuns: 300 },
  )
})

/** Beginnings of kinds whose readers follow offsets; any bytes may come behind them. */
const beginnings = [
  'd0cf11e0a1b11ae1',
  Buffer.from('%PDF-1.4\n1 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\n').toString('hex'),
  Buffer.from('{\\rtf1{\\object\\objdata 4d5a').toString('hex'),
  'e4525c7b8cd8a74daeb15378d02996d3',
  '789f3e220000',
  '526172211a0700',
  '526172211a070100',
  '377abcaf271c',
  '425a6839314159265359',
  '303730373031',
  'c771',
  Buffer.from('<html><script>').toString('hex'),
  '504b0304',
  'fd377a585a000004',
  '04224d186040c0',
  '60ea2c00',
  '2d0d2d6c68352d',
]

test('any bytes behind a known beginning never fail', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...beginnings),
      fc.uint8Array({ maxLength: 4000 }),
      async (start, rest) => {
        const bytes = Buffer.concat([Buffer.from(start, 'hex'), rest])
        assert((await look('x', bytes)).length > 0)
      },
    ),
    { numRuns: 300 },
  )
})
