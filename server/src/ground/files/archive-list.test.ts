import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { listArchive } from './archive-list.ts'

/** A RAR 4 archive with one stored file. */
function rar4(name: string, flags: number): Buffer {
  const head = Buffer.alloc(32 + name.length)
  head[2] = 0x74
  head.writeUInt16LE(0x8000 | flags, 3)
  head.writeUInt16LE(head.length, 5)
  head.writeUInt32LE(4, 7)
  head.writeUInt32LE(4, 11)
  head.writeUInt16LE(name.length, 26)
  head.write(name, 32, 'latin1')
  const main = Buffer.from('0000730000' + '0d00' + '000000000000', 'hex')
  return Buffer.concat([Buffer.from('526172211a0700', 'hex'), main, head, Buffer.from('data')])
}

/** A RAR 5 archive with one stored file; `extra` is its extra area. */
function rar5(name: string, extra: Buffer): Buffer {
  const fields = Buffer.from([0, 4, 0, 0, 1, name.length])
  const flags = extra.length > 0 ? [2, 3, extra.length, 4] : [2, 2, 4]
  const body = Buffer.concat([Buffer.from(flags), fields, Buffer.from(name), extra])
  const main = Buffer.from([0, 0, 0, 0, 3, 1, 0, 0])
  return Buffer.concat([
    Buffer.from('526172211a070100', 'hex'),
    main,
    Buffer.from([0, 0, 0, 0, body.length]),
    body,
    Buffer.from('data'),
  ])
}

test('names in RAR archives of both forms are read, and whether a password is needed', () => {
  assert.deepEqual(listArchive(rar4('tool.exe', 0), 'rar'), {
    files: [{ name: 'tool.exe', size: 4 }],
    encrypted: false,
  })
  assert.equal(listArchive(rar4('tool.exe', 4), 'rar').encrypted, true)
  const plain = rar5('tool.exe', Buffer.alloc(0))
  assert.deepEqual(listArchive(plain, 'rar'), { files: [{ name: 'tool.exe', size: 4 }], encrypted: false })
  const locked = listArchive(rar5('tool.exe', Buffer.from([2, 1, 0])), 'rar')
  assert.deepEqual(locked, { files: [{ name: 'tool.exe', size: 4 }], encrypted: true })
})

const cab = '/usr/share/clamav-testfiles/clam.cab'
test('names in a CAB archive are read', {
  skip: !existsSync(cab) && 'the package clamav-testfiles is not installed',
}, () => {
  assert.deepEqual(listArchive(readFileSync(cab), 'cab').files, [{ name: 'clam.exe', size: 544 }])
})

const arj = '/usr/share/clamav-testfiles/clam.arj'
test('names in an ARJ archive are read', {
  skip: !existsSync(arj) && 'the package clamav-testfiles is not installed',
}, () => {
  assert.deepEqual(listArchive(readFileSync(arj), 'arj'), {
    files: [{ name: 'clam.exe', size: 544 }],
    encrypted: false,
  })
})

test('any bytes are listed without a fault', () => {
  const starts = ['526172211a0700', '526172211a070100', '4d534346', '377abcaf271c0004', '60ea2200']
  fc.assert(
    fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 500 }), (start, rest) => {
      for (const kind of ['rar', 'cab', '7z', 'arj'])
        assert(listArchive(Buffer.concat([Buffer.from(start, 'hex'), rest]), kind).files.length <= 10_000)
    }),
    { numRuns: 500 },
  )
})

/** Six small texts and setup.exe; the directory is packed. Made with 7-Zip, as the one below. */
const sevenZip = Buffer.from(
  'N3q8ryccAASERmVoxgAAAAAAAAAiAAAAAAAAAFkFDpsBAA0xCjIKMwo0CjUKNgp4CgAAAIEzB64PzxYxDAfIQ39Bsfr931/lPBLZhp4SY+SjvGilXlZlb/hsRtt6ge9eGc3xe4t+iHHrL/MKhdYhgAZlQLFYbwJsJXx8OXBeV7TmgKlaSJZPR5wXHq8YuGUCsZQ70CQjiEW0NmZooJUtG6WO0/AXKNr/saLa/eiiQEep0JBD67coU7N/0XiCqCkFJkECtDZejuZUW4PAWcpCkBzw7zmeSRX3ySQztXLNGHmKH6IAAAAXBhIBCYC0AAcLAQABIwMBAQVdABAAAAyCUgoBSo+lyQAA',
  'base64',
)
/** setup.exe with a password; names are plain. */
const lockedSevenZip = Buffer.from(
  'N3q8ryccAAT/i+y/EAAAAAAAAABqAAAAAAAAALIieQq2gcKYUJ9C7RvAWIsnwed0AQQGAAEJEAAHCwEAAiQG8QcBElMPl/uB+inoTAxy8er5sUy9cSEhAQABAAwGAgAICgEfCOpGAAAFARkBABEVAHMAZQB0AHUAcAAuAGUAeABlAAAAFAoBAISREAfaed0BFQYBACCApIEAAA==',
  'base64',
)

test('names in a 7z archive are read from its packed directory, and whether a password is needed', () => {
  const { files, encrypted } = listArchive(sevenZip, '7z')
  assert.deepEqual(
    [files.length, files[0]?.name, files.at(-1)?.name, encrypted],
    [7, 'chapter-number-1-of-the-book.txt', 'setup.exe', false],
  )
  assert.equal(listArchive(lockedSevenZip, '7z').encrypted, true)
})

test('a damaged 7z archive is listed without a fault, and in a short time', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }), (changes) => {
      const bytes = Buffer.from(sevenZip)
      for (const [at, value] of changes) bytes[at % bytes.length] = value
      assert(listArchive(bytes, '7z').files.length <= 10_000)
    }),
    { numRuns: 500 },
  )
})
