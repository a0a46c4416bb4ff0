import { createHash } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import type { Alarms } from '#ground/platform/alarms.ts'
import { utcWords } from '#ground/platform/utc-words.ts'
import { type CopySpec, parseCopySpec } from './copy-spec.ts'
import { folderCopy } from './folder-copy.ts'
import type { PublishedState } from './publish-status.ts'
import { renderStatus, type StatusFile } from './render-status.ts'
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
}

interface Target {
  readonly spec: CopySpec
  readonly copy: StatusCopy
  /** What it has by path: a sum of what was put; empty: something that was put by a process before. */
  readonly has: Map<string, string>
  /** The moment of the state that it has as a whole; null: none yet. */
  stateAt: number | null
  /** Since when it should have followed. */
  since: number
}

const lateMs = 5 * 60_000
const atOnce = 4
/** They come last, so that whoever reads them finds the files that they name. */
const last = ['index.html', 'state.json']

/**
 * Brings the published page to other hosts, round by round: what has changed is put, what is gone is removed. A place that
 * fails is tried again with the next round, and holds up neither the page nor another place.
 */
export class StatusCopies {
  readonly #parts: CopyParts
  readonly #targets = new Map<string, Target>()
  #memory: Record<string, readonly string[]> | null = null

  constructor(parts: CopyParts) {
    this.#parts = parts
  }

  async round(): Promise<void> {
    const { published, copies, alarms, now } = this.#parts
    const lines = copies()
    for (const line of this.#targets.keys()) if (!lines.includes(line)) this.#targets.delete(line)
    const state = lines.length === 0 ? null : await published.read()
    if (state !== null) {
      const files = renderStatus(state, now())
      const stateFile = { type: 'application/json; charset=utf-8', body: JSON.stringify(state) }
      const all = new Map([...files, ['state.json', stateFile] as const])
      const targets = await Promise.all(lines.map((line) => this.#target(line)))
      const bring = (target: Target) => this.#bring(target, all, state.publishedAt)
      const [folders, webs] = [targets.filter(isFolder), targets.filter((each) => !isFolder(each))]
      // A share that hangs may hold one thread of the process, not one for each share.
      const oneByOne = async () => {
        for (const each of folders) await bring(each)
      }
      await Promise.all([oneByOne(), ...webs.map(bring)])
      await this.#remember()
    }
    const names = new Set(lines.map((line) => parseCopySpec(line).name))
    for (const { name, subject } of alarms.open())
      if (name === 'status-copy-late' && !names.has(subject)) alarms.clear(name, subject)
  }

  async #bring(target: Target, files: ReadonlyMap<string, StatusFile>, publishedAt: number): Promise<void> {
    const { alarms, now } = this.#parts
    const { name } = target.spec
    try {
      await bringAll(target, files)
      target.stateAt = publishedAt
      target.since = now()
      alarms.clear('status-copy-late', name)
    } catch (cause) {
      if (now() - target.since < lateMs) return
      const has =
        target.stateAt === null ? 'has not been written since the start' : `is of ${utcWords(target.stateAt)}`
      alarms.raise(
        'status-copy-late',
        name,
        `the copy of the status page at ${name} ${has}: ${wordsOf(cause)}. It is tried again each minute; the page itself is not touched`,
      )
    }
  }

  async #target(line: string): Promise<Target> {
    const known = this.#targets.get(line)
    if (known) return known
    const spec = parseCopySpec(line)
    this.#memory ??= await readMemory(this.#parts.memoryPath)
    const target: Target = {
      spec,
      copy: spec.kind === 'folder' ? folderCopy(spec.name) : webCopy(spec.name, spec.tokenFile),
      has: new Map((this.#memory[spec.name] ?? []).map((path) => [path, ''])),
      stateAt: null,
      since: this.#parts.now(),
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
    await writeFile(`${memoryPath}.new`, JSON.stringify(memory))
    await rename(`${memoryPath}.new`, memoryPath)
    this.#memory = memory
  }
}

const isFolder = (target: Target) => target.spec.kind === 'folder'

/** Puts what it does not have as it is now, and removes what is no part of the page any more. @throws what its place threw */
async function bringAll({ copy, has }: Target, files: ReadonlyMap<string, StatusFile>): Promise<void> {
  const put = async (path: string) => {
    const file = files.get(path)
    if (!file) return
    const sum = createHash('sha256').update(file.body).digest('base64url')
    if (has.get(path) === sum) return
    // Named before it is there: what was put and not heard of is removed too.
    has.set(path, '')
    await copy.put(path, file)
    has.set(path, sum)
  }
  const paths = [...files.keys()].filter((path) => !last.includes(path))
  for (let at = 0; at < paths.length; at += atOnce) await Promise.all(paths.slice(at, at + atOnce).map(put))
  for (const path of last) await put(path)
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
