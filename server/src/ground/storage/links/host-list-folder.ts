import { createHash, createPublicKey, verify } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import type { HostList } from '#flow/inspection/host-list.ts'

/** Reads the lines of one list. @throws an error that says what is wrong with it */
export interface ListLines {
  line(text: string): void
  end(): HostList
}

interface Known {
  readonly stamp: string
  /** What is in force of it: this version, or the last good one; null: there was none. */
  readonly list: HostList | null
  /** Why the file is not taken; empty where it is. */
  readonly trouble: string
}

const most = { lists: 50, bytes: 256 << 20, chunk: 32 << 10, line: 65_536 }

/**
 * Lists of hosts as files, `NAME.list` each, read anew when they change. One that cannot be read, is not signed where
 * it must be, or cannot be right leaves its last good version in force. Files are put in place by a rename.
 */
export class HostListFolder {
  readonly #folder: string
  readonly #publicKey: string
  readonly #linesOf: (name: string) => ListLines
  #known = new Map<string, Known>()
  #inForce: readonly HostList[] = []
  #reading: Promise<void> | null = null
  /** Why the folder cannot be read; empty where it can. */
  #away = ''

  /**
   * @param folder empty: there are no lists
   * @param publicKey PEM of the Ed25519 key that signs lists; empty: they need not be signed
   */
  constructor(folder: string, publicKey: string, linesOf: (name: string) => ListLines) {
    this.#folder = folder
    this.#publicKey = publicKey
    this.#linesOf = linesOf
  }

  current(): readonly HostList[] {
    return this.#inForce
  }

  /** Lists that are not taken, with the reason. */
  troubles(): { name: string; why: string }[] {
    const lists = [...this.#known].flatMap(([name, { trouble }]) =>
      trouble === '' ? [] : [{ name, why: trouble }],
    )
    return this.#away === '' ? lists : [...lists, { name: this.#folder, why: this.#away }]
  }

  /** Takes up what has changed; never fails. Called every few seconds; a round in progress is joined. */
  refresh(): Promise<void> {
    if (this.#folder === '') return Promise.resolve()
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = null
    })
    return this.#reading
  }

  async #readAll(): Promise<void> {
    const names = this.#names()
    // A folder that is away for a moment takes no list out of force.
    if (names === null) return
    const next = new Map<string, Known>()
    for (const name of names) next.set(name, await this.#look(name))
    this.#known = next
    this.#inForce = [...next.values()].flatMap(({ list }) => (list === null ? [] : [list]))
  }

  #names(): string[] | null {
    try {
      this.#away = ''
      return readdirSync(this.#folder)
        .filter((each) => /^[A-Za-z0-9][\w.-]{0,63}\.list$/.test(each))
        .sort()
        .slice(0, most.lists)
        .map((each) => each.slice(0, -'.list'.length))
    } catch (cause) {
      this.#away = (cause as Error).message
      return null
    }
  }

  async #look(name: string): Promise<Known> {
    const before = this.#known.get(name)
    const last = before?.list ?? null
    try {
      const stamp = this.#stampOf(name)
      if (before?.stamp === stamp) return before
      try {
        return { stamp, list: await this.#read(name), trouble: '' }
      } catch (cause) {
        return { stamp, list: last, trouble: (cause as Error).message }
      }
    } catch (cause) {
      return { stamp: '', list: last, trouble: (cause as Error).message }
    }
  }

  /** The file and its signature: a new one of either is a reason to look again. */
  #stampOf(name: string): string {
    const files = this.#publicKey === '' ? [`${name}.list`] : [`${name}.list`, `${name}.list.sig`]
    return files
      .map((each) => statSync(join(this.#folder, each), { throwIfNoEntry: each.endsWith('.list') }))
      .map((each) => `${each?.mtimeMs} ${each?.ino} ${each?.size}`)
      .join(' ')
  }

  async #read(name: string): Promise<HostList> {
    const lines = this.#linesOf(name)
    const hash = createHash('sha256')
    const decoder = new StringDecoder('utf8')
    await using file = await open(join(this.#folder, `${name}.list`), 'r')
    const buffer = Buffer.allocUnsafe(most.chunk)
    let rest = ''
    let size = 0
    for (;;) {
      // Other messages get their turn between two chunks.
      const { bytesRead } = await file.read(buffer, 0, most.chunk, null)
      if (bytesRead === 0) break
      size += bytesRead
      if (size > most.bytes || rest.length > most.line)
        throw new Error('it is too large, or has a line without end')
      const chunk = buffer.subarray(0, bytesRead)
      hash.update(chunk)
      const parts = (rest + decoder.write(chunk)).split('\n')
      rest = parts.pop() ?? ''
      for (const each of parts) lines.line(each)
    }
    lines.line(rest)
    this.#checkSignature(name, hash.digest('hex'))
    return lines.end()
  }

  /** Signed is the sentence `NAME.list sha256 HEX`, so that no list can stand in for another. */
  #checkSignature(name: string, sha256: string): void {
    if (this.#publicKey === '') return
    const signature = Buffer.from(readFileSync(join(this.#folder, `${name}.list.sig`), 'latin1'), 'base64')
    const signed = Buffer.from(`${name}.list sha256 ${sha256}`)
    if (!verify(null, signed, createPublicKey(this.#publicKey), signature))
      throw new Error('its signature does not hold (links.listsKey)')
  }
}
