import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** Clear bytes of a piece; the last piece of a message may have fewer. */
const pieceBytes = 64 << 10
const tagBytes = 16
const cipherName = 'aes-256-gcm'

/** A key for the content of one message: 32 bytes, used for nothing else. */
export function newDataKey(): Buffer {
  return randomBytes(32)
}

/** The key of one message as a row keeps it: wrapped with one of the site, which lies in a file beside the database. */
export interface WrappedKey {
  readonly keyId: string
  /** Nonce of 12 bytes, the wrapped key of 32, tag of 16. */
  readonly wrapped: Uint8Array
}

/** What new content is encrypted with. It is wrapped before anything is taken or written: neither waits for a key then. */
export interface NewContentKey {
  readonly dataKey: Uint8Array
  readonly wrappedKey: WrappedKey
}

/** Bytes that content of `size` bytes takes when it is sealed. It is never `size` itself, nor the same for another. */
export function sealedSize(size: number): number {
  return size + tagBytes * Math.max(1, Math.ceil(size / pieceBytes))
}

/**
 * Seals the content of a message as it comes: AES-256-GCM in pieces of 64 KiB, each with its tag behind it. The nonce is
 * the number of the piece and whether it is the last, so that pieces can be neither moved nor left out, and an end that is
 * cut off is found. A key seals one message, so no nonce comes twice under it.
 */
export class ContentSealer {
  readonly #key: Uint8Array
  #pieces = 0
  #waiting: Buffer[] = []
  #size = 0

  constructor(key: Uint8Array) {
    this.#key = key
  }

  /** Takes clear bytes, which the caller does not change any more; answers what is sealed by now. */
  push(chunk: Buffer): Buffer {
    this.#waiting.push(chunk)
    this.#size += chunk.length
    // The last piece is sealed as such: one that is full waits until another byte has come.
    if (this.#size <= pieceBytes) return Buffer.alloc(0)
    const clear = Buffer.concat(this.#waiting)
    const sealed: Buffer[] = []
    let at = 0
    for (; clear.length - at > pieceBytes; at += pieceBytes)
      sealed.push(this.#seal(clear.subarray(at, at + pieceBytes), false))
    this.#waiting = [clear.subarray(at)]
    this.#size = clear.length - at
    return Buffer.concat(sealed)
  }

  /** The rest. Nothing may come after it. */
  end(): Buffer {
    return this.#seal(Buffer.concat(this.#waiting.splice(0)), true)
  }

  #seal(piece: Buffer, isLast: boolean): Buffer {
    const cipher = createCipheriv(cipherName, this.#key, nonceOf(this.#pieces++, isLast))
    const sealed = cipher.update(piece)
    cipher.final()
    return Buffer.concat([sealed, cipher.getAuthTag()])
  }
}

/** Opens what ContentSealer has sealed. Its methods throw where a byte is another one, or the end is missing. */
class ContentOpener {
  readonly #key: Uint8Array
  #pieces = 0
  #waiting: Buffer = Buffer.alloc(0)

  constructor(key: Uint8Array) {
    this.#key = key
  }

  /** Answers a new buffer: the caller may use that of `chunk` again. */
  push(chunk: Buffer): Buffer {
    const sealed = Buffer.concat([this.#waiting, chunk])
    const whole = pieceBytes + tagBytes
    const clear: Buffer[] = []
    let at = 0
    for (; sealed.length - at > whole; at += whole)
      clear.push(this.#open(sealed.subarray(at, at + whole), false))
    this.#waiting = sealed.subarray(at)
    return Buffer.concat(clear)
  }

  end(): Buffer {
    return this.#open(this.#waiting, true)
  }

  #open(piece: Buffer, isLast: boolean): Buffer {
    if (piece.length < tagBytes) throw new Error('sealed content is cut off')
    const at = piece.length - tagBytes
    const decipher = createDecipheriv(cipherName, this.#key, nonceOf(this.#pieces++, isLast), {
      authTagLength: tagBytes,
    }).setAuthTag(piece.subarray(at))
    const clear = decipher.update(piece.subarray(0, at))
    decipher.final()
    return clear
  }
}

function nonceOf(piece: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUIntBE(piece, 0, 6)
  nonce.writeUInt8(isLast ? 1 : 0, 11)
  return nonce
}

export function sealContent(key: Uint8Array, bytes: Uint8Array): Buffer {
  const sealer = new ContentSealer(key)
  const first = sealer.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  return Buffer.concat([first, sealer.end()])
}

/** A buffer of its own memory, so that it can travel to another thread alone. @throws Error: it is not whole, or not sealed by this key */
export function openContent(key: Uint8Array, sealed: Uint8Array): Buffer {
  const opener = new ContentOpener(key)
  const first = opener.push(Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength))
  const last = opener.end()
  const bytes = Buffer.allocUnsafeSlow(first.length + last.length)
  first.copy(bytes)
  last.copy(bytes, first.length)
  return bytes
}

/** Opens sealed content as it is read. @throws Error as `openContent`, and what reading throws */
export async function* openChunks(sealed: AsyncIterable<Buffer>, key: Uint8Array): AsyncGenerator<Buffer> {
  const opener = new ContentOpener(key)
  for await (const chunk of sealed) {
    const clear = opener.push(chunk)
    if (clear.length > 0) yield clear
  }
  const rest = opener.end()
  if (rest.length > 0) yield rest
}
