import { crc32, deflateRawSync } from 'node:zlib'

/** Files for tests, made here so that no archive of others has to be kept. */
export interface ZipFile {
  readonly name: string
  readonly bytes: Buffer
  /** The unpacked size that the archive says, where that is a lie. */
  readonly declared?: number
  readonly encrypted?: boolean
}

/** A zip archive with deflated entries. */
export function composeZip(files: readonly ZipFile[]): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const file of files) {
    const name = Buffer.from(file.name)
    const packed = deflateRawSync(file.bytes)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(file.encrypted ? 1 : 0, 2)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(crc32(file.bytes), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(file.declared ?? file.bytes.length, 18)
    common.writeUInt16LE(name.length, 22)
    locals.push(Buffer.from('504b0304', 'hex'), common, name, packed)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    directory.push(Buffer.from('504b01021400', 'hex'), common, tail, name)
    offset += 30 + name.length + packed.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(files.length & 0xffff, 8)
  end.writeUInt16LE(files.length & 0xffff, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, central, end])
}

/** An archive with one entry that says it is encrypted. */
export function encryptedEntry(name: string): Buffer {
  return composeZip([{ name, bytes: Buffer.from('secret'), encrypted: true }])
}

/** A tar archive in the form of POSIX. */
export function composeTar(files: readonly ZipFile[]): Buffer {
  const blocks: Buffer[] = []
  for (const { name, bytes } of files) {
    const head = Buffer.alloc(512)
    head.write(name)
    head.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124)
    head.write('0', 156)
    head.write('ustar\x0000', 257, 'latin1')
    blocks.push(head, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512))
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

/** The test file of scanners, in pieces so that no scanner takes this source for it. */
export function eicar(): Buffer {
  return Buffer.from(
    ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-', 'ANTIVIRUS-TEST-FILE!$H+H*'].join(''),
  )
}
