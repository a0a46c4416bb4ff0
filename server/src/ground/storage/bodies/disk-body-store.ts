import { createHash, type Hash } from 'node:crypto'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { BodyStore, BodyWriter, Swept } from '#flow/spool/body-store.ts'
import type { Body } from '#flow/spool/message.ts'
import {
  ContentSealer,
  type NewContentKey,
  openContent,
  sealedSize,
} from '#ground/platform/sealed-content.ts'
import { StoreError } from '#ground/platform/store-error.ts'
import { bodiesFolder } from './body-path.ts'
import { clearLeftovers, listFiles } from './leftovers.ts'
import { folderMark, isFolderAway } from './torn-file.ts'

/** Bytes that may wait for the disk before the sender is made to wait. */
const mostUnwritten = 1 << 20
/** Largest message that goes into the database where its folder cannot take it. */
const largestRescued = 32 << 20

/**
 * Bodies on disk. `incoming/` holds files that nobody has promised to keep yet, `bodies/` those that a row of the
 * database may name. A file gets its name in `bodies/` only after its bytes are synced, and the row is written
 * after that: so a row never names bytes that a power loss can take away, and what a crash leaves is at worst
 * a file without a row. Such files go to `set-aside/` for a month: where the disk has lost rows, they are what is left.
 */
export class DiskBodyStore implements BodyStore {
  readonly #incoming: string
  readonly #bodies: string
  readonly #aside: string
  readonly #inlineMax: number
  readonly #instance: string

  /** @param instance name of this process; its files carry it, so that others know them */
  constructor(folder: string, inlineMax: number, instance: string) {
    this.#instance = instance
    this.#incoming = join(folder, 'incoming')
    this.#bodies = join(folder, bodiesFolder)
    this.#aside = join(folder, 'set-aside')
    this.#inlineMax = inlineMax
    mkdirSync(this.#incoming, { recursive: true })
    const isNew = mkdirSync(this.#bodies, { recursive: true }) !== undefined
    // An empty folder that was there before may be a mount that is away.
    if (isNew || readdirSync(this.#bodies).length > 0) markFolder(this.#bodies)
  }

  /** Takes the folder for the one that content goes to, where no row names a file that would have to be in it. */
  adopt(): void {
    markFolder(this.#bodies)
  }

  create(messageId: string, key: NewContentKey | null = null): BodyWriter {
    const name = `${this.#instance}.${messageId}`
    return new DiskBodyWriter(
      join(this.#incoming, name),
      join(this.#bodies, name),
      this.#bodies,
      this.#inlineMax,
      key,
    )
  }

  discard(body: Body): void {
    if (body.kind === 'file') void rm(body.path, { force: true })
  }

  files(): Promise<string[]> {
    return listFiles(this.#incoming, this.#bodies)
  }

  async sweep(
    found: readonly string[],
    running: readonly string[],
    known: readonly string[],
  ): Promise<Swept> {
    const keep = new Set(known)
    const isRunning = (path: string) => running.includes(basename(path).split('.')[0] ?? '')
    const leftovers = found.filter((each) => !keep.has(each) && !isRunning(each))
    return clearLeftovers(leftovers, this.#incoming, this.#aside)
  }
}

class DiskBodyWriter implements BodyWriter {
  size = 0
  #chunks: Buffer[] = []
  /** What came after the file failed. */
  #kept: Buffer[] = []
  #file: Promise<FileHandle> | null = null
  #hash: Hash | null = null
  #unwritten = 0
  #written = 0
  #writing: Promise<void> = Promise.resolve()
  #failure: unknown = null
  #aborted = false
  readonly #incoming: string
  readonly #final: string
  readonly #folder: string
  readonly #inlineMax: number
  readonly #key: NewContentKey | null
  #sealer: ContentSealer | null = null
  #clearHash: Hash | null = null

  constructor(incoming: string, final: string, folder: string, inlineMax: number, key: NewContentKey | null) {
    this.#key = key
    this.#incoming = incoming
    this.#final = final
    this.#folder = folder
    this.#inlineMax = inlineMax
  }

  write(chunk: Buffer): Promise<void> | undefined {
    this.size += chunk.length
    if (this.size <= this.#inlineMax) {
      this.#chunks.push(chunk)
      return undefined
    }
    for (const earlier of this.#chunks.splice(0)) this.#take(earlier)
    this.#take(chunk)
    return this.#unwritten > mostUnwritten ? this.#writing : undefined
  }

  /** Nothing of what is to be encrypted reaches a file in clear. */
  #take(chunk: Buffer): void {
    if (this.#key === null) {
      this.#append(chunk)
      return
    }
    this.#sealer ??= new ContentSealer(this.#key.dataKey)
    this.#clearHash ??= createHash('sha256')
    this.#clearHash.update(chunk)
    const sealed = this.#sealer.push(chunk)
    if (sealed.length > 0 || this.#file === null) this.#append(sealed)
  }

  #append(chunk: Buffer): void {
    this.#file ??= open(this.#incoming, 'wx', 0o600)
    this.#hash ??= createHash('sha256')
    this.#hash.update(chunk)
    this.#unwritten += chunk.length
    const file = this.#file
    this.#writing = this.#writing.then(async () => {
      try {
        if (this.#failure === null && !this.#aborted) {
          await (await file).writev([chunk])
          this.#written += chunk.length
        }
      } catch (cause) {
        this.#failure = cause
      }
      if (this.#failure !== null) this.#keep(chunk)
      this.#unwritten -= chunk.length
    })
  }

  async finish(): Promise<Body> {
    const key = this.#key ?? {}
    if (this.#file === null) return { kind: 'inline', bytes: this.#joined(), ...key }
    if (this.#sealer) this.#append(this.#sealer.end())
    await this.#writing
    try {
      if (this.#failure !== null) throw this.#failure
      const file = await this.#file
      await file.datasync()
      await file.close()
      // What is written into the bare place of a mount would be hidden when the mount is back.
      if (isFolderAway(this.#final)) throw new StoreError('failed', `the folder ${this.#folder} is away`)
      await rename(this.#incoming, this.#final)
      await syncFolder(this.#folder)
    } catch (cause) {
      const rescued = await this.#rescue(cause).catch(() => null)
      this.abort()
      if (rescued) return rescued
      throw toStoreError(cause)
    }
    const clear = this.#clearHash ? { clearSha256: this.#clearHash.digest('hex') } : {}
    const sha256 = this.#hash?.digest('hex') ?? ''
    return { kind: 'file', path: this.#final, size: this.size, sha256, ...clear, ...key }
  }

  /** What comes after a file has failed; as much as will be kept. */
  #keep(chunk: Buffer): void {
    if (this.size <= largestRescued) this.#kept.push(chunk)
    else this.#kept = []
  }

  /**
   * A folder that fails is no reason to refuse mail, as long as the database takes it. Null: it is too large, or a part
   * of it is in a file that cannot be read. On a full disk the database has no room either.
   */
  async #rescue(cause: unknown): Promise<Body | null> {
    if (this.#aborted || this.size > largestRescued || isDiskFull(cause)) return null
    const before = this.#written === 0 ? Buffer.alloc(0) : await this.#readBack()
    const size = this.#key ? sealedSize(this.size) : this.size
    const bytes = Buffer.allocUnsafeSlow(size)
    let at = before.copy(bytes)
    for (const chunk of this.#kept.splice(0)) at += chunk.copy(bytes, at)
    if (at !== size) return null
    const isSame = this.#hash?.digest('hex') === createHash('sha256').update(bytes).digest('hex')
    if (!isSame) return null
    if (this.#key === null) return { kind: 'inline', bytes }
    return { kind: 'inline', bytes: openContent(this.#key.dataKey, bytes), ...this.#key }
  }

  /** What has reached the file: under the name that it has by now. */
  async #readBack(): Promise<Buffer> {
    const found = await readFile(this.#incoming).catch(() => readFile(this.#final))
    return found.subarray(0, this.#written)
  }

  /** One buffer of its own memory: a slice of a shared pool would travel to other threads with the whole pool. */
  #joined(): Buffer {
    const whole = Buffer.allocUnsafeSlow(this.size)
    let at = 0
    for (const chunk of this.#chunks.splice(0)) at += chunk.copy(whole, at)
    return whole
  }

  abort(): void {
    if (this.#aborted) return
    this.#aborted = true
    this.#chunks = []
    this.#kept = []
    const file = this.#file
    if (file === null) return
    void this.#writing
      .then(async () => {
        await (await file).close().catch(() => undefined)
        await rm(this.#incoming, { force: true })
        await rm(this.#final, { force: true })
      })
      .catch(() => undefined)
  }
}

/** A new name in a folder is durable only when the folder is synced too. */
async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r')
  await folder.sync()
}

function toStoreError(cause: unknown): StoreError {
  const { code, message } = cause as NodeJS.ErrnoException
  return new StoreError(isDiskFull({ code }) ? 'full' : 'failed', message)
}

function isDiskFull(cause: unknown): boolean {
  const { code } = cause as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG'
}

function markFolder(folder: string): void {
  try {
    writeFileSync(join(folder, folderMark), '', { flag: 'a' })
  } catch {
    // A folder that takes nothing is told by whoever tries it regularly.
  }
}
