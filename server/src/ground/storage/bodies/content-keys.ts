import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { StoreError } from '#ground/platform/store-error.ts'

/** A key of this site that keys of single messages are wrapped with. */
interface SiteKey {
  readonly id: string
  readonly key: Buffer
  readonly madeAt: number
}

/** The key of one message as a row keeps it. */
export interface WrappedKey {
  readonly keyId: string
  /** Nonce of 12 bytes, the wrapped key of 32, tag of 16. */
  readonly wrapped: Uint8Array
}

/** What is known of a key without telling it; times in ms. */
export interface ContentKeyFact {
  readonly id: string
  readonly madeAt: number
}

const lineForm = /^([0-9a-f]{16}) ([0-9a-f]{64}) (\d{1,15})$/

/**
 * The keys that the keys of messages are wrapped with: lines of `secrets/content.keys`, the newest last, which wraps what
 * comes. The file is beside the database, so that neither the database nor the folder of content tells what mail said.
 * It is read anew when it has changed: another process may have put in a key.
 */
export class ContentKeys {
  readonly path: string
  #seen = ''
  #keys: readonly SiteKey[] = []

  /** @param folder folder of all data */
  constructor(folder: string) {
    this.path = join(folder, 'secrets', 'content.keys')
  }

  /** Oldest first. @throws StoreError where the file is there and cannot be read */
  list(): ContentKeyFact[] {
    return this.#read().map(({ id, madeAt }) => ({ id, madeAt }))
  }

  /**
   * Wraps the key of a message with the newest key of the site.
   * @param mayBegin whether a first key may be made where there is none; not where mail needs one that is gone
   * @throws StoreError
   */
  wrap(messageId: string, dataKey: Uint8Array, mayBegin: () => boolean): WrappedKey {
    if (this.#read().length === 0) this.#begin(mayBegin)
    const newest = this.#read().at(-1)
    if (!newest) throw new StoreError('failed', `${this.path} holds no key`)
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', newest.key, nonce).setAAD(aboutOf(messageId))
    const wrapped = Buffer.concat([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()])
    return { keyId: newest.id, wrapped }
  }

  /** @throws StoreError where the key of the site is not there or another one: the content is no worse for it, and waits */
  unwrap(messageId: string, { keyId, wrapped }: WrappedKey): Uint8Array {
    const found = this.#read().find((each) => each.id === keyId)
    if (!found)
      throw new StoreError(
        'failed',
        `its content is encrypted, and key ${keyId} is not in ${this.path}: put that file back`,
      )
    try {
      const decipher = createDecipheriv('aes-256-gcm', found.key, wrapped.subarray(0, 12), {
        authTagLength: 16,
      })
        .setAAD(aboutOf(messageId))
        .setAuthTag(wrapped.subarray(44))
      const dataKey = decipher.update(wrapped.subarray(12, 44))
      decipher.final()
      // Of its own memory: it travels to threads, and a pool would go with it.
      return Uint8Array.from(dataKey)
    } catch {
      throw new StoreError(
        'failed',
        `its content is encrypted, and key ${keyId} in ${this.path} does not open it: put the right file back`,
      )
    }
  }

  /** Puts in a new key, which wraps what comes from now on. Called within a write transaction, as `drop` is. */
  add(now: number): string {
    const key = makeKey(now)
    this.#write([...this.#read(), key])
    return key.id
  }

  /** Takes keys away for good. */
  drop(ids: readonly string[]): void {
    if (ids.length > 0) this.#write(this.#read().filter((each) => !ids.includes(each.id)))
  }

  #begin(mayBegin: () => boolean): void {
    if (existsSync(this.path))
      throw new StoreError('failed', `${this.path} holds no key: put the right file back`)
    if (!mayBegin())
      throw new StoreError('failed', `${this.path} is gone, and mail is encrypted with its keys: put it back`)
    const whole = this.#writeBeside([makeKey(Date.now())])
    try {
      linkSync(whole, this.path)
    } catch (cause) {
      // Another process was faster; its key is the one.
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
    } finally {
      rmSync(whole, { force: true })
    }
    syncPath(dirname(this.path))
  }

  #write(keys: readonly SiteKey[]): void {
    renameSync(this.#writeBeside(keys), this.path)
    syncPath(dirname(this.path))
  }

  /** Mail depends on this file from its first moment: it is on the disk before it has its name. */
  #writeBeside(keys: readonly SiteKey[]): string {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 })
    const path = `${this.path}.${process.pid}.new`
    const lines = keys.map(({ id, key, madeAt }) => `${id} ${key.toString('hex')} ${madeAt}\n`)
    writeFileSync(path, lines.join(''), { mode: 0o600, flush: true })
    return path
  }

  #read(): readonly SiteKey[] {
    const found = statSync(this.path, { bigint: true, throwIfNoEntry: false })
    const seen = found ? `${found.ino} ${found.mtimeNs} ${found.size}` : ''
    if (seen === this.#seen) return this.#keys
    this.#keys = found ? parse(readFileSync(this.path, 'utf8'), this.path) : []
    this.#seen = seen
    return this.#keys
  }
}

function makeKey(now: number): SiteKey {
  return { id: randomBytes(8).toString('hex'), key: randomBytes(32), madeAt: now }
}

const aboutOf = (messageId: string) => Buffer.from(`content ${messageId}`)

function parse(text: string, path: string): SiteKey[] {
  const lines = text.split('\n').filter((each) => each.trim() !== '')
  return lines.map((line, index) => {
    const [, id = '', key = '', madeAt = ''] = lineForm.exec(line) ?? []
    if (id === '')
      throw new StoreError('failed', `line ${index + 1} of ${path} is no key: put the right file back`)
    return { id, key: Buffer.from(key, 'hex'), madeAt: Number(madeAt) }
  })
}

/** A new name in a folder is durable only when the folder is synced too. */
function syncPath(path: string): void {
  const file = openSync(path, 'r')
  fsyncSync(file)
  closeSync(file)
}
