import { basename } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Body, FileBody } from '#flow/spool/message.ts'
import { openContent, sealContent, sealedSize, type WrappedKey } from '#ground/platform/sealed-content.ts'
import { StoreError } from '#ground/platform/store-error.ts'
import { bodyPath } from '../bodies/body-path.ts'
import type { ContentKeys } from '../bodies/content-keys.ts'
import type { Statements } from './statements.ts'

/** Where content lies, as its row tells; a file may be torn or gone. */
export type PlacedBody = Body | { readonly kind: 'damaged'; readonly why: string }

interface Row {
  checksum: number
  sha256: string | null
  path: string | null
  bytes: Uint8Array | null
  form: number | null
  keyId: string | null
  wrapped: Uint8Array | null
}

/** How content is sealed today; another number is of a version that is yet to come. */
const form = 1

/**
 * The rows of content. Of content in the row `checksum` is its CRC-32, of a file the size of what it holds. Encrypted
 * content has a row in `body_keys` too, and a checksum that is wrong for whoever does not look there: a version from
 * before takes it for damaged and lets it wait, where it would else send bytes that nobody can read.
 */
export class BodyRows {
  readonly #statements: Statements
  readonly #keys: ContentKeys
  readonly #folder: string

  constructor(statements: Statements, keys: ContentKeys, folder: string) {
    this.#statements = statements
    this.#keys = keys
    this.#folder = folder
  }

  /** Asks for no key of the site: content that is to be encrypted comes with its own, wrapped. */
  insert(id: string, body: Body): void {
    if (body.dataKey) this.#insertKey(id, body.wrappedKey)
    if (body.kind === 'inline') {
      const bytes = body.dataKey ? sealContent(body.dataKey, body.bytes) : body.bytes
      const checksum = body.dataKey ? wrongFor(bytes) : crc32(bytes)
      const sql = 'INSERT INTO bodies (message_id, checksum, bytes) VALUES (?, ?, ?)'
      this.#statements.run(sql, id, checksum, bytes)
      return
    }
    // The size before it was sealed: nobody takes the file for whole who does not know that it is.
    const sql = 'INSERT INTO bodies (message_id, checksum, sha256, path) VALUES (?, ?, ?, ?)'
    this.#statements.run(sql, id, body.size, body.sha256, basename(body.path))
  }

  #insertKey(id: string, wrappedKey: WrappedKey | undefined): void {
    if (!wrappedKey) throw new Error(`the content of ${id} has a key that nothing wraps`)
    const sql = 'INSERT INTO body_keys (message_id, form, key_id, wrapped) VALUES (?, ?, ?, ?)'
    this.#statements.run(sql, id, form, wrappedKey.keyId, wrappedKey.wrapped)
  }

  /** Touches no file. @throws StoreError where it is encrypted and the key of the site is not there */
  read(id: string): PlacedBody | null {
    const row = this.#statements.get<Row>(
      `SELECT b.checksum, b.sha256, b.path, b.bytes, k.form, k.key_id AS keyId, k.wrapped
       FROM bodies b LEFT JOIN body_keys k ON k.message_id = b.message_id WHERE b.message_id = ?`,
      id,
    )
    if (!row) return null
    const dataKey = this.#dataKeyOf(id, row)
    if (row.path !== null) {
      const place = { path: bodyPath(this.#folder, row.path), size: row.checksum, sha256: row.sha256 ?? '' }
      return { kind: 'file', ...place, ...(dataKey && { dataKey }) }
    }
    const bytes = row.bytes ?? new Uint8Array(0)
    if (dataKey) return openInline(bytes, dataKey)
    if (crc32(bytes) === row.checksum) return { kind: 'inline', bytes }
    return { kind: 'damaged', why: 'the stored bytes do not match their checksum' }
  }

  #dataKeyOf(id: string, row: Row): Uint8Array | null {
    if (row.keyId === null || row.wrapped === null) return null
    if (row.form !== form)
      throw new StoreError(
        'failed',
        `its content is encrypted in form ${row.form}, which a newer version knows: start that`,
      )
    return this.#keys.unwrap(id, { keyId: row.keyId, wrapped: row.wrapped })
  }
}

function openInline(bytes: Uint8Array, dataKey: Uint8Array): PlacedBody {
  try {
    return { kind: 'inline', bytes: openContent(dataKey, bytes), dataKey }
  } catch {
    return { kind: 'damaged', why: 'the stored bytes are not those that were encrypted' }
  }
}

/** Bytes that the file of a body has. */
export function storedSize(body: FileBody): number {
  return body.dataKey ? sealedSize(body.size) : body.size
}

/** Every bit of it is another one than that of the right checksum. */
function wrongFor(bytes: Uint8Array): number {
  return (crc32(bytes) ^ 0xffffffff) >>> 0
}
