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
  // The same bytes under many names are packed once: bombs are made of such.
  const packedOnce = new Map<Buffer, Buffer>()
  for (const file of files) {
    const name = Buffer.from(file.name)
    const packed = packedOnce.get(file.bytes) ?? deflateRawSync(file.bytes)
    packedOnce.set(file.bytes, packed)
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

/** A compound file with the streams given; a name with a slash puts a stream into a storage. */
export function composeOle(files: readonly ZipFile[]): Buffer {
  const storages = [...new Set(files.map((each) => storageOf(each.name)).filter((each) => each !== ''))]
  const entries = ['Root Entry', ...storages, ...files.map((each) => each.name.split('/').at(-1)!)]
  const directorySectors = Math.ceil(entries.length / 4)
  const starts: number[] = []
  let next = 1 + directorySectors
  // Streams below 4096 bytes would go to the small sectors.
  const contents = files.map(({ bytes }) =>
    Buffer.concat([bytes, Buffer.alloc(Math.max(0, 4096 - bytes.length))]),
  )
  for (const each of contents) {
    starts.push(next)
    next += Math.ceil(each.length / 512)
  }
  const directory = Buffer.alloc(directorySectors * 512)
  const place = (
    index: number,
    type: number,
    links: { right?: number; child?: number },
    start: number,
    size: number,
  ) => {
    const at = index * 128
    directory.write(entries[index]!, at, 'utf16le')
    directory.writeUInt16LE((entries[index]!.length + 1) * 2, at + 64)
    directory[at + 66] = type
    directory.writeUInt32LE(0xffffffff, at + 68)
    directory.writeUInt32LE(links.right ?? 0xffffffff, at + 72)
    directory.writeUInt32LE(links.child ?? 0xffffffff, at + 76)
    directory.writeUInt32LE(start, at + 116)
    directory.writeUInt32LE(size, at + 120)
  }
  const indexOf = (file: number) => 1 + storages.length + file
  const within = (storage: string) =>
    files.flatMap((each, file) => (storageOf(each.name) === storage ? [indexOf(file)] : []))
  const roots = [...storages.map((_, index) => index + 1), ...within('')]
  place(0, 5, { child: roots[0]! }, 0xfffffffe, 0)
  const sibling = (list: number[], index: number) => ({ right: list[list.indexOf(index) + 1] ?? 0xffffffff })
  storages.forEach((name, index) => {
    place(index + 1, 1, { ...sibling(roots, index + 1), child: within(name)[0]! }, 0, 0)
  })
  files.forEach((each, file) => {
    const list = storageOf(each.name) === '' ? roots : within(storageOf(each.name))
    place(indexOf(file), 2, sibling(list, indexOf(file)), starts[file]!, contents[file]!.length)
  })
  const fat = Buffer.alloc(512, 0xff)
  const chain = (start: number, sectors: number) => {
    for (let each = 0; each < sectors; each++)
      fat.writeUInt32LE(each + 1 < sectors ? start + each + 1 : 0xfffffffe, (start + each) * 4)
  }
  fat.writeUInt32LE(0xfffffffd, 0)
  chain(1, directorySectors)
  for (const [file, each] of contents.entries()) chain(starts[file]!, Math.ceil(each.length / 512))
  const head = Buffer.alloc(512)
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(head)
  head.writeUInt16LE(9, 30)
  head.writeUInt32LE(1, 44)
  head.writeUInt32LE(1, 48)
  head.writeUInt32LE(4096, 56)
  head.writeUInt32LE(0xfffffffe, 60)
  head.writeUInt32LE(0xfffffffe, 68)
  head.fill(0xff, 76)
  head.writeUInt32LE(0, 76)
  const padded = contents.map((each) =>
    Buffer.concat([each, Buffer.alloc((512 - (each.length % 512)) % 512)]),
  )
  return Buffer.concat([head, fat, directory, ...padded])
}

function storageOf(name: string): string {
  return name.includes('/') ? name.slice(0, name.indexOf('/')) : ''
}

/** A module of macros as VBA keeps it: packed, here without a single copy. */
export function composeModule(source: string): Buffer {
  const letters = Buffer.from(source, 'latin1')
  const groups: Buffer[] = []
  for (let at = 0; at < letters.length; at += 8) groups.push(Buffer.from([0]), letters.subarray(at, at + 8))
  const chunk = Buffer.concat(groups)
  const head = Buffer.alloc(3)
  head[0] = 1
  head.writeUInt16LE(0xb000 | (chunk.length - 1), 1)
  return Buffer.concat([head, chunk])
}
