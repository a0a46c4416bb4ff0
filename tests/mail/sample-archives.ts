import { crc32 } from 'node:zlib'
import type { ZipFile } from './sample-files.ts'

/** Archives whose content is stored as it is, composed here with the checksums that readers ask for. */

/** A RAR archive of version 4. */
export function composeRar4(files: readonly ZipFile[]): Buffer {
  const blocks = files.map(({ name, bytes, encrypted }) => {
    const head = Buffer.alloc(32 + name.length)
    head[2] = 0x74
    head.writeUInt16LE(0x8000 | (encrypted ? 4 : 0), 3)
    head.writeUInt16LE(head.length, 5)
    head.writeUInt32LE(bytes.length, 7)
    head.writeUInt32LE(bytes.length, 11)
    head[15] = 3
    head.writeUInt32LE(crc32(bytes), 16)
    head[24] = 20
    head[25] = 0x30
    head.writeUInt16LE(name.length, 26)
    head.writeUInt32LE(0x81a4, 28)
    head.write(name, 32, 'latin1')
    head.writeUInt16LE(crc32(head.subarray(2)) & 0xffff, 0)
    return Buffer.concat([head, bytes])
  })
  const main = Buffer.from('00007300000d00000000000000', 'hex')
  main.writeUInt16LE(crc32(main.subarray(2)) & 0xffff, 0)
  return Buffer.concat([Buffer.from('526172211a0700', 'hex'), main, ...blocks])
}

/** A RAR archive of version 5. */
export function composeRar5(files: readonly ZipFile[]): Buffer {
  const blocks = files.map(({ name, bytes }) => {
    const sum = Buffer.alloc(4)
    sum.writeUInt32LE(crc32(bytes))
    const head = [2, 2, vint(bytes.length), 4, vint(bytes.length), vint(0x81a4), sum, 0, 1, vint(name.length)]
    return Buffer.concat([rar5Block([...head, Buffer.from(name)]), bytes])
  })
  return Buffer.concat([
    Buffer.from('526172211a070100', 'hex'),
    rar5Block([1, 0, 0]),
    ...blocks,
    rar5Block([5, 0, 0]),
  ])
}

function rar5Block(fields: readonly (number | Buffer)[]): Buffer {
  const body = Buffer.concat(fields.map((each) => (typeof each === 'number' ? Buffer.from([each]) : each)))
  const sized = Buffer.concat([vint(body.length), body])
  const sum = Buffer.alloc(4)
  sum.writeUInt32LE(crc32(sized))
  return Buffer.concat([sum, sized])
}

function vint(value: number): Buffer {
  const bytes: number[] = []
  for (let left = value; ; left = Math.floor(left / 128)) {
    bytes.push((left % 128) | (left >= 128 ? 128 : 0))
    if (left < 128) return Buffer.from(bytes)
  }
}

const sector = 2048

/** An image of a CD with the files in its root. */
export function composeIso(files: readonly ZipFile[]): Buffer {
  const places: number[] = []
  let next = 19
  for (const { bytes } of files) {
    places.push(next)
    next += Math.max(1, Math.ceil(bytes.length / sector))
  }
  next = Math.max(next, 32)
  const image = Buffer.alloc(next * sector)
  const volume = image.subarray(16 * sector)
  volume.write('\x01CD001\x01', 0, 'latin1')
  both32(volume, 80, next)
  both16(volume, 120, 1)
  both16(volume, 124, 1)
  both16(volume, 128, sector)
  both32(volume, 132, 10)
  volume.writeUInt32LE(19, 140)
  volume.writeUInt32BE(19, 148)
  directoryRecord('\0', 18, sector, true).copy(volume, 156)
  volume[881] = 1
  image.write('\xffCD001\x01', 17 * sector, 'latin1')
  const records = [
    directoryRecord('\0', 18, sector, true),
    directoryRecord('\x01', 18, sector, true),
    ...files.map(({ name, bytes }, index) => directoryRecord(name, places[index]!, bytes.length, false)),
  ]
  Buffer.concat(records).copy(image, 18 * sector)
  for (const [index, { bytes }] of files.entries()) bytes.copy(image, places[index]! * sector)
  return image
}

function directoryRecord(name: string, place: number, size: number, isDirectory: boolean): Buffer {
  const record = Buffer.alloc(33 + name.length + (name.length % 2 === 0 ? 1 : 0))
  record[0] = record.length
  both32(record, 2, place)
  both32(record, 10, size)
  record.set([125, 1, 1, 0, 0, 0, 0], 18)
  record[25] = isDirectory ? 2 : 0
  both16(record, 28, 1)
  record[32] = name.length
  record.write(name, 33, 'latin1')
  return record
}

function both32(bytes: Buffer, at: number, value: number): void {
  bytes.writeUInt32LE(value, at)
  bytes.writeUInt32BE(value, at + 4)
}

function both16(bytes: Buffer, at: number, value: number): void {
  bytes.writeUInt16LE(value, at)
  bytes.writeUInt16BE(value, at + 2)
}
