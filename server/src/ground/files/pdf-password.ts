import { createCipheriv, createHash } from 'node:crypto'

/** What a dictionary or a trailer says of the encryption, as far as it is needed to try the empty password. */
interface Encryption {
  readonly revision: number
  readonly keyLength: number
  readonly owner: Buffer
  readonly user: Buffer
  readonly permissions: number
  readonly metadata: boolean
  readonly id: Buffer
}

type Value = Buffer | number | string

const padding = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex')

/**
 * Whether an encrypted PDF can only be opened with a password. Most need none: they are encrypted with the empty one,
 * and another only forbids printing (ISO 32000-2, 7.6.4). Null where that cannot be told.
 */
export function asksForPassword(bytes: Buffer): boolean | null {
  const encryption = findEncryption(bytes)
  if (!encryption) return null
  const { revision, user } = encryption
  if (revision >= 2 && revision <= 4) return !opensBefore2017(encryption)
  if (user.length < 40) return null
  const salt = user.subarray(32, 40)
  if (revision === 5) return !sha(256, salt).equals(user.subarray(0, 32))
  return revision === 6 ? !slowHash(salt).equals(user.subarray(0, 32)) : null
}

function findEncryption(bytes: Buffer): Encryption | null {
  for (let tries = 0, at = bytes.lastIndexOf('/Encrypt'); at >= 0 && tries < 8; tries++) {
    const behind = /^[\s\0]{0,10}(?:(\d{1,10})[\s\0]{1,10}(\d{1,5})[\s\0]{1,10}R|<<)/.exec(
      bytes.toString('latin1', at + 8, at + 60),
    )
    if (behind) {
      const place = behind[1] ? findObject(bytes, behind[1], behind[2]!) : at + 8
      return place < 0 ? null : compose(readDictionary(bytes, place), findId(bytes, at))
    }
    at = at === 0 ? -1 : bytes.lastIndexOf('/Encrypt', at - 1)
  }
  return null
}

/** Where the object with this number begins; the last one counts. */
function findObject(bytes: Buffer, number: string, generation: string): number {
  const mark = `${number} ${generation} obj`
  let at = bytes.lastIndexOf(mark)
  for (let tries = 0; at > 0 && tries < 100; tries++) {
    if (bytes[at - 1]! < 0x30 || bytes[at - 1]! > 0x39) return at + mark.length
    at = bytes.lastIndexOf(mark, at - 1)
  }
  return -1
}

/** The first part of the file's id stands in the same trailer. */
function findId(bytes: Buffer, near: number): Buffer {
  const start = Math.max(0, near - 2000)
  const window = bytes.subarray(start, near + 2000)
  const found = /\/ID[\s\0]{0,10}\[[\s\0]{0,10}(?=[<(])/.exec(window.toString('latin1'))
  return found ? readString(window, found.index + found[0].length).value : Buffer.alloc(0)
}

function compose(values: ReadonlyMap<string, Value>, id: Buffer): Encryption | null {
  const [owner, user, revision] = [values.get('O'), values.get('U'), values.get('R')]
  const permissions = values.get('P')
  if (!Buffer.isBuffer(owner) || !Buffer.isBuffer(user)) return null
  if (typeof revision !== 'number' || typeof permissions !== 'number') return null
  const bits = values.get('Length')
  const version = values.get('V')
  const told = typeof bits === 'number' && bits >= 40 && bits <= 256 ? Math.floor(bits / 8) : 5
  return {
    revision,
    keyLength: revision === 2 ? 5 : version === 4 ? 16 : told,
    owner: owner.subarray(0, 32),
    user,
    permissions,
    metadata: values.get('EncryptMetadata') !== 'false',
    id,
  }
}

/** Names and values of the outermost dictionary that begins here. */
function readDictionary(bytes: Buffer, start: number): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>()
  const end = Math.min(bytes.length, start + 8192)
  let key = ''
  let depth = 0
  for (let at = start; at < end; ) {
    const pair = bytes.toString('latin1', at, at + 2)
    if (pair === '<<' || pair === '>>') {
      depth += pair === '<<' ? 1 : -1
      at += 2
      if (depth <= 0) break
    } else if (pair[0] === '(' || pair[0] === '<') {
      const { value, next } = readString(bytes, at)
      if (depth === 1) values.set(key, value)
      at = next
    } else {
      const [word = ''] = /^\/?[^\s\0()<>[\]/]{1,128}/.exec(bytes.toString('latin1', at, at + 130)) ?? []
      if (depth === 1 && word.startsWith('/')) key = word.slice(1)
      else if (depth === 1 && word !== '') values.set(key, /^[+-]?\d+$/.test(word) ? Number(word) : word)
      at += Math.max(1, word.length)
    }
  }
  return values
}

const escapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12 }

/** A string as bytes, in parentheses or in hexadecimal digits. */
function readString(bytes: Buffer, start: number): { value: Buffer; next: number } {
  const end = Math.min(bytes.length, start + 1024)
  if (bytes[start] === 0x3c) {
    const close = bytes.indexOf('>', start)
    const next = close < 0 || close > end ? end : close
    const digits = bytes.toString('latin1', start + 1, next).replace(/[^0-9a-fA-F]/g, '')
    return { value: Buffer.from(digits, 'hex'), next: next + 1 }
  }
  const value: number[] = []
  let depth = 1
  let at = start + 1
  while (at < end) {
    const byte = bytes[at++]!
    if (byte === 0x29 && --depth === 0) break
    if (byte === 0x28) depth++
    if (byte !== 0x5c) value.push(byte)
    else {
      const octal = /^[0-7]{1,3}/.exec(bytes.toString('latin1', at, at + 3))?.[0]
      const letter = String.fromCharCode(bytes[at] ?? 0)
      if (octal) value.push(Number.parseInt(octal, 8) & 0xff)
      else if (letter !== '\n' && letter !== '\r') value.push(escapes[letter] ?? letter.charCodeAt(0))
      at += octal?.length ?? 1
    }
  }
  return { value: Buffer.from(value), next: at }
}

/** RC4 and AES with keys from MD5 (algorithms 2, 4 and 5). */
function opensBefore2017({
  revision,
  keyLength,
  owner,
  user,
  permissions,
  metadata,
  id,
}: Encryption): boolean {
  const flags = Buffer.alloc(4)
  flags.writeInt32LE(permissions | 0)
  const extra = revision >= 4 && !metadata ? Buffer.alloc(4, 0xff) : Buffer.alloc(0)
  let key = md5(padding, owner, flags, id, extra)
  if (revision >= 3) for (let round = 0; round < 50; round++) key = md5(key.subarray(0, keyLength))
  key = key.subarray(0, keyLength)
  if (revision === 2) return rc4(key, padding).equals(user.subarray(0, 32))
  let expected: Buffer = md5(padding, id)
  for (let round = 0; round < 20; round++) expected = rc4(key.map((each) => each ^ round) as Buffer, expected)
  return expected.equals(user.subarray(0, 16))
}

function md5(...pieces: Buffer[]): Buffer {
  const hash = createHash('md5')
  for (const each of pieces) hash.update(each)
  return hash.digest()
}

function rc4(key: Buffer, data: Buffer): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index)
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + state[i]! + key[i % key.length]!) & 255
    ;[state[i], state[j]] = [state[j]!, state[i]!]
  }
  let [i, j] = [0, 0]
  return data.map((byte) => {
    i = (i + 1) & 255
    j = (j + state[i]!) & 255
    ;[state[i], state[j]] = [state[j]!, state[i]!]
    return byte ^ state[(state[i]! + state[j]!) & 255]!
  }) as Buffer
}

function sha(bits: 256 | 384 | 512, data: Buffer): Buffer {
  return createHash(`sha${bits}`).update(data).digest()
}

/** Algorithm 2.B with the empty password: 64 rounds at least, each over 64 copies. */
function slowHash(salt: Buffer): Buffer {
  let key = sha(256, salt)
  for (let round = 0; round < 1000; round++) {
    const cipher = createCipheriv('aes-128-cbc', key.subarray(0, 16), key.subarray(16, 32)).setAutoPadding(
      false,
    )
    const made = cipher.update(Buffer.concat(Array.from({ length: 64 }, () => key)))
    const rest = made.subarray(0, 16).reduce((sum, each) => sum + each, 0) % 3
    key = sha(rest === 0 ? 256 : rest === 1 ? 384 : 512, made)
    if (round >= 63 && made.at(-1)! <= round - 31) break
  }
  return key.subarray(0, 32)
}
