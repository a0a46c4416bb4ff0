import { createHash } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Alarms } from '#ground/platform/alarms.ts'
import { utcWords } from '#ground/platform/utc-words.ts'
import { type CopySpec, parseCopySpec } from './copy-spec.ts'
import { folderCopy } from './folder-copy.ts'
import type { PublishedState } from './publish-status.ts'
import { lastFiles, renderStatus, type StatusFile, stateName } from './render-status.ts'
import type { StatusCopy } from './status-copy.ts'
import { webCopy } from './web-copy.ts'

export interface CopyParts {
  readonly published: Pick<PublishedState, 'read'>
  /** Lines of `status.copies`, as they are now. */
  readonly copies: () => readonly string[]
  /** Remembers which files a copy has, so that one that is taken from the page goes there too, also after a restart. */
  readonly memoryPath: string
  readonly alarms: Pick<Alarms, 'raise' | 'clear' | 'open'>
  readonly now: () => number
  /** How long a round waits for what it has begun (ms), which goes on beside the next ones. */
  readonly waitMs: number
}

interface Target {
  readonly line: string
  readonly spec: CopySpec
  readonly copy: StatusCopy
  /** What it has by path: a sum of what was put; empty: something that was put by a process before. */
  readonly has: Map<string, string>
  /** The moment of the state that it has as a whole; null: none yet. */
  stateAt: number | null
  /** Since when it should have followed. */
  since: number
  /** When all was put anew last. */
  wholeAt: number
}

const lateMs = 5 * 60_000
/** What a host has lost or has from elsewhere is there again after this. */
const wholeEveryMs = 3_600_000
const atOnce = 4

/**
 * Brings the published page to other hosts, round by round: what has changed is put, what is gone is removed. A place that
 * fails is tried again with the next round, and holds up neither the page nor another place; only folders come one behind
 * the other, since each operation on a share that hangs holds one of the few threads that the process has for files.
 */
export class StatusCopies {
  readonly #parts: CopyParts
  readonly #targets = new Map<string, Target>()
  /** Places that something is being brought to, by their lines. */
  readonly #busy = new Set<string>()
  /** The folder that something is being brought to; null: none. */
  #folder: string | null = null
  #memory: Record<string, readonly string[]> | null = null
  /** Ends with the last round that was asked for. */
  #last: Promise<unknown> = Promise.resolve()
  /** The round that has not begun; null: none. */
  #next: Promise<void> | null = null

  constructor(parts: CopyParts) {
    this.#parts = parts
  }

  /** Who asks while one is under way gets the one behind it: two at once would write the same file of what the copies have. */
  round(): Promise<void> {
    if (this.#next !== null) return this.#next
    const next = this.#last.then(() => {
      this.#next = null
      return this.#goRound()
    })
    this.#next = next
    this.#last = next.catch(() => undefined)
    return next
  }

  async #goRound(): Promise<void> {
    const { published, copies, alarms, now, waitMs } = this.#parts
    const lines = copies()
    for (const line of this.#targets.keys()) if (!lines.includes(line)) this.#targets.delete(line)
    this.#tellBusy()
    const state = lines.length === 0 ? null : await published.read()
    if (state !== null) {
      const files = renderStatus(state, now())
      const stateFile = { type: 'application/json; charset=utf-8', body: JSON.stringify(state) }
      const all = new Map([...files, [stateName, stateFile] as const])
      for (const line of lines) await this.#target(line)
      const ended = new AbortController()
      await Promise.race([
        this.#begin(all, state.publishedAt),
        sleep(waitMs, undefined, { signal: ended.signal, ref: false }).catch(() => undefined),
      ])
      ended.abort()
      await this.#remember()
    }
    const names = new Set(lines.map((line) => parseCopySpec(line).name))
    for (const { name, subject } of alarms.open())
      if (name === 'status-copy-late' && !names.has(subject)) alarms.clear(name, subject)
  }

  /** Begins to bring it where nothing is under way. */
  async #begin(files: ReadonlyMap<string, StatusFile>, publishedAt: number): Promise<void> {
    const free = [...this.#targets.values()].filter(({ line }) => !this.#busy.has(line))
    const webs = free.filter((each) => !isFolder(each))
    const folders = this.#folder === null ? free.filter(isFolder) : []
    for (const { line } of [...webs, ...folders]) this.#busy.add(line)
    const oneByOne = async () => {
      for (const each of folders) {
        this.#folder = each.spec.name
        await this.#bring(each, files, publishedAt)
      }
      if (folders.length > 0) this.#folder = null
    }
    await Promise.all([oneByOne(), ...webs.map((each) => this.#bring(each, files, publishedAt))])
  }

  async #bring(target: Target, files: ReadonlyMap<string, StatusFile>, publishedAt: number): Promise<void> {
    const { alarms, now } = this.#parts
    if (now() - target.wholeAt >= wholeEveryMs) forgetSums(target, now())
    try {
      await assertMounted(target)
      await bringAll(target, files)
      target.stateAt = publishedAt
      target.since = now()
      alarms.clear('status-copy-late', target.spec.name)
    } catch (cause) {
      this.#tellLate(target, wordsOf(cause))
    } finally {
      this.#busy.delete(target.line)
    }
  }

  /** What is still under way since an earlier round has nothing to throw: its silence is told from outside. */
  #tellBusy(): void {
    for (const target of this.#targets.values()) {
      const { line, spec } = target
      const isBehind = isFolder(target) && this.#folder !== null && this.#folder !== spec.name
      if (isBehind) this.#tellLate(target, `it waits for ${this.#folder}, which does not answer`)
      else if (this.#busy.has(line)) this.#tellLate(target, 'it does not answer')
    }
  }

  #tellLate({ spec: { name }, stateAt, since }: Target, why: string): void {
    const { alarms, now } = this.#parts
    if (now() - since < lateMs) return
    const has = stateAt === null ? 'has not been written since the start' : `is of ${utcWords(stateAt)}`
    alarms.raise(
      'status-copy-late',
      name,
      `the copy of the status page at ${name} ${has}: ${why}. It is tried again each minute; the page itself is not touched`,
    )
  }

  async #target(line: string): Promise<Target> {
    const known = this.#targets.get(line)
    if (known) return known
    const spec = parseCopySpec(line)
    this.#memory ??= await readMemory(this.#parts.memoryPath)
    const target: Target = {
      ...{ line, spec },
      copy: spec.kind === 'folder' ? folderCopy(spec.name) : webCopy(spec.name, spec.tokenFile),
      has: new Map((this.#memory[spec.name] ?? []).map((path) => [path, ''])),
      stateAt: null,
      since: this.#parts.now(),
      wholeAt: this.#parts.now(),
    }
    this.#targets.set(line, target)
    return target
  }

  async #remember(): Promise<void> {
    const memory = Object.fromEntries(
      [...this.#targets.values()].map(({ spec, has }) => [spec.name, [...has.keys()].sort()]),
    )
    if (JSON.stringify(memory) === JSON.stringify(this.#memory)) return
    const { memoryPath } = this.#parts
    // Two processes may have the clock for a while.
    const next = `${memoryPath}.${process.pid}.new`
    await writeFile(next, JSON.stringify(memory))
    await rename(next, memoryPath)
    this.#memory = memory
  }
}

const isFolder = (target: Target) => target.spec.kind === 'folder'

/** All is put anew: what it has is not known. */
function forgetSums(target: Target, now: number): void {
  for (const path of target.has.keys()) target.has.set(path, '')
  target.wholeAt = now
}

/**
 * The folder of a share that is not mounted is there, and empty. What is put into it is seen by nobody, and hides a fault.
 * @throws Error where a folder that had the page has neither of its last files
 */
async function assertMounted(target: Target): Promise<void> {
  const { copy, has } = target
  if (!copy.holds || !lastFiles.some((path) => has.has(path))) return
  for (const path of lastFiles) if (await copy.holds(path)) return
  forgetSums(target, target.wholeAt)
  throw new Error(
    'it had the page and is empty now. Mount its share; if it is to be filled anew, put an empty file state.json there',
  )
}

/** Puts what it does not have as it is now, and removes what is no part of the page any more. @throws what its place threw */
async function bringAll({ spec, copy, has }: Target, files: ReadonlyMap<string, StatusFile>): Promise<void> {
  const put = async (path: string) => {
    const file = files.get(path)
    if (!file) return
    const sum = createHash('sha256').update(file.body).digest('base64url')
    if (has.get(path) === sum) return
    // Named before it is there: what was put and not heard of is removed too. The last ones show that it has the page.
    if (!lastFiles.includes(path) || has.has(path)) has.set(path, '')
    await copy.put(path, file)
    has.set(path, sum)
  }
  const paths = [...files.keys()].filter((path) => !lastFiles.includes(path))
  const step = spec.kind === 'folder' ? 1 : atOnce
  for (let at = 0; at < paths.length; at += step) await Promise.all(paths.slice(at, at + step).map(put))
  for (const path of lastFiles) await put(path)
  for (const path of [...has.keys()].filter((each) => !files.has(each))) {
    await copy.remove(path)
    has.delete(path)
  }
}

async function readMemory(path: string): Promise<Record<string, readonly string[]>> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Record<string, readonly string[]>
  } catch {
    return {}
  }
}

/** `fetch` says what happened in its cause. */
function wordsOf(cause: unknown): string {
  const { message, cause: inner } = cause as Error
  return inner instanceof Error && inner.message !== '' ? `${message}: ${inner.message}` : message
}
