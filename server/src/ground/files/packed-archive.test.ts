import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { composeIso, composeRar4, composeRar5 } from '../../../../tests/mail/sample-archives.ts'
import { composeTar, composeZip } from '../../../../tests/mail/sample-files.ts'
import type { FileReport } from './file-report.ts'
import { lookInto } from './look-into.ts'
import { unpackLz4 } from './lz4.ts'

function look(name: string, bytes: Buffer, cut = false): Promise<FileReport[]> {
  return lookInto([{ name, bytes, size: bytes.length, cut }], async () => ({
    texts: [],
    links: [],
    files: [],
  }))
}

const program = Buffer.concat([Buffer.from('MZ\x90\0', 'latin1'), Buffer.alloc(100)])
const letter = Buffer.from('Good morning.\n'.repeat(20))
const disguised = [
  { name: 'letter.txt', bytes: letter },
  { name: 'photo.jpg', bytes: program },
]

/** Made with 7-Zip of the two files above, by two methods; the third one hides its names too, the fourth holds 200 MB. */
const sevenZip = {
  lzma2:
    'N3q8ryccAAQCiEWAjwAAAAAAAAAgAAAAAAAAACmkdDLgAX8AG10AI5vsyCA2m+mysIZJqAnnrgRwm7kpPQXI3UAAAAAAgTMHrg/QPBb8nz9HQQcKvrud3xVgijvvXRqQEtJjKpZ8hOwRr1LoDa4frd9XmG0KkJr21pc90dcgr9XwuNFn7/oM7m+XZmYikJ9wxSOcR81ObbvAD2k6J3eZ59xY/WL6q6vjoBBelAAAABcGIwEJbAAHCwEAASMDAQEFXQAQAAAMfgoBzxMA0wAA',
  ppmd: 'N3q8ryccAASvWc3wjwAAAAAAAAAhAAAAAAAAAKzNcf0ARyoRyr22y/Yt4XAvNCSF8QQCeG6JpbROAAAAAAAAgTMHrg/P2W+8D+vqngEO6MSqT61eTZy0NaXqLtOr0WhmepFGQ3CcWDLOXYKnJoKU5zNRjHe1vqIat42WmW7GS6afe5H+4aV84hoB5ndcR0tU72j5gE6zcSKfoZxEAbjoA6GQ49FO9WSzf0fFaQAAABcGHQEJcgAHCwEAASMDAQEFXQAQAAAMgI4KAWOIdrQAAA==',
  locked:
    'N3q8ryccAATMgSv0kAAAAAAAAAAuAAAAAAAAAMV4BJiEUof9TjRwDFAtHs5buGk8n6Z7ThwIMp9mNUXQmCMpXdL6aZMM9DhZbwRP5Bs13AfNlPyoc21VeIy9JY1A5Ew7mNiIkJeUvX7+cr7EF5BVu0QnDe5OBWSgECj4UIGRGxqarw3ea4xSH7gh9x8nng8Lm8clbg7jbl5fmSLtFhcL0CEFpD2qzhZgFLSLZlY2HogXBiABCXAABwsBAAEkBvEHARJTD7Im3GKZ8H/QUNlld1qNysYMagoBkOcgxgAA',
  zeros:
    'H4sIAAAAAAACA+3d3UvTARjF8edHvr+kUoJKmrbKpaBJUJRpIKGFWLRBtTTMUEEz57slojNTRIqpaZkXeSEpmWYGaUXJIiVCjCQqC7Q0DRbDoggnUxZU9xF0Vd9zcy4PfP6Bs63sfl/oGnFoemVLM5bKjxz5WaJa0bnOvtCmnDgqol+22zsG7Qmxe3wLtqcduNOk/tBR67w4Pxt05nnkyI6dSmJ/xZP6+qTIDs/XlZ3vz6l8tO90fiPF9TOl1oHmSo9s01TR3vQZc4r2lsPEwm6P66meJ+PNc49K6gYvHuoZSJrOCtTbEuu8c+JG63aliPHZvr6N6ub8tTHG9dN5V7pUqRb1aM14S2t9RVjjl9DiBX+TU2tS6/JE34sGr+ENWuu3xq1Rjldvzusf5iUleIw3+nT3Hgu897Q/1C9FV2vO1BweMpf06Gbnkh1dFh+/6V2yacKLxoKSg+MWJ7Ux1k3prtGG0bCct7ejPw8/iEjt9opNzIxrWLXS7n3Bmn9KZ3Ufs7eo472uLZVP2do2Rxw0GWu+VleZMv7y9N3wj5faFy4r4WIp1HYtD90ojwpoHzwflfv/EPzZdPxSkAYwwAADDDDAAAMMMMAAAwwwwAADDDDAAAMMMMAAAwwwwAADDDDAAAMMMMAAAwwwwAADDDDAAAMMMMAAAwwwwAADDDDAAAMMMMAAAwwwwAADDDDAAAMMMMAAAwwwwAADDDDAAAMMMMAAAwwwwAADDDDAAAMMMMAAAwwwwAADDDDAAAMMMMAAAwwwwAADDDDAAPuXwaoTXorqN2DZli1nRRQHJ1FcTcZScXZXRAkJUQI8LCIGcXFT0lz2a0UcFX/nX/+9Pr5SJhlSIHoplAg5LlmSKyKr3RQxDGvyPp2eVHydFAk2DFSJfAd7p7JjCXgAAA==',
} as const
const note =
  '/Td6WFoAAAFpIt42AgAhAQAAAAA3J5fW4APdAC1dACOb7MggNpvpsrCGSae8QZ0XEcY43RCmk/2itoeCLggAShsVp3JwtMq99Cu8AAAAAAAUJ6fgAAFF3gcAAACDttI3PjANiwIAAAAAAVla'

test('a program in an archive is found by its bytes, whatever it is called there', async () => {
  for (const [name, bytes] of [
    ['a.7z', Buffer.from(sevenZip.lzma2, 'base64')],
    ['b.7z', Buffer.from(sevenZip.ppmd, 'base64')],
    ['a.rar', composeRar4(disguised)],
    ['b.rar', composeRar5(disguised)],
    ['a.iso', composeIso(disguised)],
  ] as const) {
    const reports = await look(name, bytes)
    const found = reports.slice(1).map((each) => [each.name.toLowerCase(), each.type.name])
    assert.deepEqual(
      found,
      [
        ['letter.txt', 'text'],
        ['photo.jpg', 'exe'],
      ],
      name,
    )
    assert.deepEqual([...reports[0]!.signs], [], name)
  }
})

const clam = '/usr/share/clamav-testfiles/clam.cab'
test('a packed CAB archive is unpacked', {
  skip: !existsSync(clam) && 'the package clamav-testfiles is not installed',
}, async () => {
  const types = (await look('setup.dat', readFileSync(clam))).map((each) => each.type.name)
  assert.deepEqual(types, ['cab', 'exe'])
})

test('archives within archives are opened, up to the depth that holds for all', async () => {
  const inner = composeZip([{ name: 'tool.jpg', bytes: program }])
  const rar = composeRar5([{ name: 'inner.zip', bytes: inner }])
  const iso = composeIso([{ name: 'A.RAR', bytes: rar }])
  const reports = await look('outer.zip', composeZip([{ name: 'a.iso', bytes: iso }]))
  assert.deepEqual(
    reports.map((each) => each.type.name),
    ['zip', 'iso', 'rar', 'zip', 'exe'],
  )
  let deep: Buffer = program
  for (let depth = 0; depth < 20; depth++) deep = composeRar4([{ name: 'a.rar', bytes: deep }])
  assert((await look('a.rar', deep)).at(-1)?.signs.has('too-deep'))
})

test('what asks for a password says so, with its names where they can be read', async () => {
  const locked = await look('a.7z', Buffer.from(sevenZip.locked, 'base64'))
  assert.deepEqual([locked.length, [...locked[0]!.signs]], [1, ['encrypted']])
  const rar = await look('a.rar', composeRar4([{ name: 'invoice.js', bytes: letter, encrypted: true }]))
  assert.deepEqual([rar[1]?.name, [...rar[0]!.signs]], ['invoice.js', ['encrypted']])
})

test('a bomb ends at a bound of bytes and time, and says that not all of it was seen', async (t) => {
  const before = process.cpuUsage()
  const reports = await look('a.7z', gunzipSync(Buffer.from(sevenZip.zeros, 'base64')))
  const { user, system } = process.cpuUsage(before)
  t.diagnostic(`${Math.round((user + system) / 1000)} ms`)
  assert(reports[0]?.signs.has('too-large'))
  assert(user + system < 2_500_000)
})

test('packed single files are unpacked: xz and lz4', async () => {
  const xz = await look('note.txt.xz', Buffer.from(note, 'base64'))
  assert.deepEqual(
    xz.map((each) => [each.name, each.type.name, each.size]),
    [
      ['note.txt.xz', 'xz', 108],
      ['note.txt', 'text', 990],
    ],
  )
  const tar = composeTar([{ name: 'a.exe', bytes: program }])
  const lz4 = await look('a.tar.lz4', storedLz4(tar))
  assert.deepEqual(
    lz4.map((each) => each.type.name),
    ['lz4', 'tar', 'exe'],
  )
})

/** An LZ4 frame with one block that is stored. */
function storedLz4(bytes: Buffer): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32LE((bytes.length | 0x80000000) >>> 0)
  return Buffer.concat([Buffer.from('04224d186040c0', 'hex'), size, bytes, Buffer.alloc(4)])
}

test('LZ4 copies from what stands before, and refuses what stands before the beginning', () => {
  // Four letters, then a copy of 12 from 4 before: abcdabcdabcdabcd.
  const block = Buffer.from('48616263640400', 'hex')
  const frame = (bytes: Buffer) =>
    Buffer.concat([
      Buffer.from('04224d186040c0', 'hex'),
      Buffer.from([bytes.length, 0, 0, 0]),
      bytes,
      Buffer.alloc(4),
    ])
  assert.equal(unpackLz4(frame(block), 1000).bytes.toString(), 'abcdabcdabcdabcd')
  assert.equal(unpackLz4(frame(Buffer.from('48616263640500', 'hex')), 1000).damaged, true)
  assert.equal(unpackLz4(frame(block), 10).more, true)
})

test('damaged archives never fail, never take long, and hide nothing that their names tell', async () => {
  const originals = [
    Buffer.from(sevenZip.lzma2, 'base64'),
    composeRar4(disguised),
    composeRar5(disguised),
    composeIso(disguised).subarray(0, 24 * 2048),
    Buffer.from(note, 'base64'),
    storedLz4(letter),
  ]
  await fc.assert(
    fc.asyncProperty(
      fc.nat(originals.length - 1),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (which, changes, share) => {
        const bytes = Buffer.from(originals[which]!)
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        const started = performance.now()
        const reports = await look('a', bytes.subarray(0, Math.ceil(bytes.length * share)))
        assert(reports.length > 0 && reports.length <= 10_001)
        assert(performance.now() - started < 20_000)
      },
    ),
    { numRuns: 300 },
  )
})
