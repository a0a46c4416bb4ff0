import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { type NewContentKey, newDataKey, type WrappedKey } from '#ground/platform/sealed-content.ts'
import { StoreError } from '#ground/platform/store-error.ts'

/** A key of this site that keys of single messages are wrapped with. */
interface SiteKey {
  readonly id: string
  readonly key: Buffer
  readonly madeAt: number
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
  #lacking: { readonly ids: readonly string[]; readonly seen: string } = { ids: [], seen: '' }

  /** @param folder folder of all data */
  constructor(folder: string) {
    this.path = join(folder, 'secrets', 'content.keys')
  }

  /** Oldest first. @throws StoreError where the file is there and cannot be read */
  list(): ContentKeyFact[] {
    return this.#read().map(({ id, madeAt }) => ({ id, madeAt }))
  }

  /**
   * Takes note of keys that belong here and are missing or other ones: nothing is wrapped until they are back. The file
   * that is put back would else take the place of the one whose keys new mail needs.
   */
  lacks(ids: readonly string[]): void {
    this.#lacking = { ids, seen: this.#seen }
  }

  /** A key for the content of a message that is to come. @throws StoreError as `wrap` */
  newKeyFor(messageId: string): NewContentKey {
    const dataKey = newDataKey()
    return { dataKey, wrappedKey: this.wrap(messageId, dataKey) }
  }

  /** Wraps the key of a message with the newest key of the site. @throws StoreError where there is none, or one is missing */
  wrap(messageId: string, dataKey: Uint8Array): WrappedKey {
    const keys = this.#read()
    const newest = keys.at(-1)
    if (!newest) throw new StoreError('failed', `${this.path} is not there`)
    const { ids, seen } = this.#lacking
    const lacking = ids.find((id) => seen === this.#seen || !keys.some((each) => each.id === id))
    if (lacking !== undefined)
      throw new StoreError('failed', `${this.path} lacks key ${lacking}: put the right file back`)
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', newest.key, nonce).setAAD(aboutOf(messageId))
    const wrapped = Buffer.concat([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()])
    return { keyId: newest.id, wrapped: Uint8Array.from(wrapped) }
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

  /**
   * Makes the first key, where there is no file. Called within a write transaction, by whoever knows that none was ever
   * made; a process of an older version may do it at the same time.
   */
  begin(now: number): void {
    const whole = this.#writeBeside([makeKey(now)])
    try {
      linkSync(whole, this.path)
    } catch (cause) {
      // The other process was faster; its key is the one.
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
    const folder = dirname(this.path)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    // Left by a process that was killed here: it holds keys, and some may be dropped now.
    for (const name of readdirSync(folder))
      if (/^content\.keys\.\d+\.new$/.test(name)) rmSync(join(folder, name), { force: true })
    const path = `${this.path}.${process.pid}.new`
    const lines = keys.map(({ id, key, madeAt }) => `${id} ${key.toString('hex')} ${madeAt}\n`)
    writeFileSync(path, lines.join(''), { mode: 0o600, flush: true })
    return path
  }

  /** None: there is no file. @throws StoreError where it cannot be read, or holds none */
  #read(): readonly SiteKey[] {
    try {
      const found = statSync(this.path, { bigint: true, throwIfNoEntry: false })
      const seen = found ? `${found.ino} ${found.mtimeNs} ${found.size}` : ''
      if (seen === this.#seen) return this.#keys
      this.#keys = found ? parse(readFileSync(this.path, 'utf8'), this.path) : []
      this.#seen = seen
      return this.#keys
    } catch (cause) {
      this.#seen = 'unread'
      if (cause instanceof StoreError) throw cause
      throw new StoreError('failed', `${this.path} cannot be read: ${(cause as Error).message}`)
    }
  }
}

function makeKey(now: number): SiteKey {
  return { id: randomBytes(8).toString('hex'), key: randomBytes(32), madeAt: now }
}

const aboutOf = (messageId: string) => Buffer.from(`content ${messageId}`)

function parse(text: string, path: string): SiteKey[] {
  const lines = text.split('\n').filter((each) => each.trim() !== '')
  if (lines.length === 0) throw new StoreError('failed', `${path} holds no key: put the right file back`)
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
