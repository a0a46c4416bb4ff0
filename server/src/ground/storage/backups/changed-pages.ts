import { LogFrames, type LogPlace, type LogState, readLogState } from './log-place.ts'

/**
 * Numbers of the pages that were written between two places of the log; null: the log does not tell (any more), and all
 * pages have to be looked at. It may name a page that is as it was, and never leaves one out.
 *
 * A log that is carried over whole begins anew at its front, so what was written behind that is still there for a while:
 * one new beginning in between is no gap as long as the new run is shorter than the old one was when it was seen last.
 * @param path of the database
 *
 * A log without a run says nothing: it is so after each clean stop, whatever was written before that.
 */
export function changedPages(path: string, from: LogPlace, to: LogState): Set<number> | null {
  if (isWithoutRun(from) || isWithoutRun(to)) return null
  using log = new LogFrames(path, to.pageSize)
  const pages = new Set<number>()
  if (from.run === to.run && from.mark === to.mark) {
    if (from.frames > to.frames || !isStillThere(log, from)) return null
    return addFrames(log, to, from.frames + 1, pages) ? pages : null
  }
  if (from.frames === 0 || to.run !== (from.run + 1) >>> 0 || to.frames >= from.frames) return null
  for (let frame = from.frames + 1; ; frame++) {
    const head = log.head(frame, from)
    if (head === null) break
    pages.add(head.page)
  }
  if (!addFrames(log, to, 1, pages)) return null
  // After the frames were read: the front of the new run has not come so far yet.
  return isStillThere(log, from) ? pages : null
}

function isStillThere(log: LogFrames, place: LogPlace): boolean {
  return place.frames === 0 || log.head(place.frames, place)?.checksum === place.checksum
}

function addFrames(log: LogFrames, to: LogState, first: number, pages: Set<number>): boolean {
  for (let frame = first; frame <= to.frames; frame++) {
    const head = log.head(frame, to)
    if (head === null) return false
    pages.add(head.page)
  }
  return true
}

/** Nothing was written to the log since the database was opened. */
export function isWithoutRun({ run, mark }: LogPlace): boolean {
  return run === 0 && mark === 0
}

function isSame(one: LogPlace, other: LogPlace): boolean {
  return one.run === other.run && one.mark === other.mark && one.frames === other.frames
}

/**
 * Follows the log between two backups: looked at often enough, it tells each page that was written, however often the log
 * begins anew. Writers notice nothing of it.
 */
export class LogFollower {
  /** Name of the generation from which it started: what it knows is new since that one, and since no other. */
  readonly generation: string
  readonly #path: string
  #place: LogPlace
  /** Null: a part of the log was missed. */
  #pages: Set<number> | null = new Set()

  /** @param from place of that generation */
  constructor(path: string, generation: string, from: LogPlace) {
    this.generation = generation
    this.#path = path
    this.#place = from
  }

  look(): void {
    if (this.#pages === null) return
    try {
      this.#takeUpTo(readLogState(this.#path))
    } catch {
      // Nobody has the database open, or its log is not there yet: the next look, or the backup, tells.
    }
  }

  /** Pages that were written since the last backup, up to a moment that is held; null: look at all of them. */
  pagesUpTo(moment: LogState): ReadonlySet<number> | null {
    this.#takeUpTo(moment)
    return isSame(this.#place, moment) ? this.#pages : null
  }

  #takeUpTo(state: LogState): void {
    if (this.#pages === null || isSame(this.#place, state)) return
    const found = changedPages(this.#path, this.#place, state)
    // The log may have begun anew between the index and its frames: then the next look is of one run again.
    if (found === null && this.#hasMoved(state)) return
    this.#place = state
    if (found === null) this.#pages = null
    else for (const each of found) this.#pages.add(each)
  }

  #hasMoved({ run, mark }: LogState): boolean {
    const now = readLogState(this.#path)
    return now.run !== run || now.mark !== mark
  }
}
