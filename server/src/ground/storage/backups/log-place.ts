import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'

/** How far the log of a database (its WAL) is written: one place in one run of the log. */
export interface LogPlace {
  /** Number of the run: one more each time the log begins anew. */
  readonly run: number
  /** Chosen at random with each run. */
  readonly mark: number
  /** Pages that are committed in this run. */
  readonly frames: number
  /** Running checksum of the last of them, in hex: another history has another one. */
  readonly checksum: string
}

/** What the index of the log says at one moment. */
export interface LogState extends LogPlace {
  readonly pageSize: number
  /** Pages of the whole database; 0: as many as its file has. */
  readonly pageCount: number
  /** Frames that are in the database file too. */
  readonly carriedOver: number
}

/** The head of the index stands there twice, so that whoever reads beside a writer can tell (SQLite, WAL-mode format, 2.1). */
const headBytes = 48
const indexBytes = 100
const tries = 1000

const opened = new Map<string, { readonly file: number; readonly inode: number }>()

/**
 * Reads the index of the log beside its connections. It must be there: somebody has the database open.
 * @param path of the database
 * @throws Error where it cannot be read whole
 */
export function readLogState(path: string): LogState {
  const file = indexFile(`${path}-shm`)
  const bytes = Buffer.alloc(indexBytes)
  for (let n = 0; n < tries; n++) {
    readSync(file, bytes, 0, indexBytes, 0)
    if (bytes.compare(bytes, headBytes, 2 * headBytes, 0, headBytes) === 0 && bytes[12] === 1)
      return parse(bytes)
  }
  throw new Error(`${path}-shm is never at rest; is the database of another version of SQLite?`)
}

/** Its numbers are those of the machine, but for what is copied from the head of the log as it stands there. */
function parse(bytes: Buffer): LogState {
  const pageSize = bytes.readUInt16LE(14)
  return {
    run: bytes.readUInt32BE(32),
    mark: bytes.readUInt32BE(36),
    frames: bytes.readUInt32LE(16),
    checksum: `${hex(bytes.readUInt32LE(24))}${hex(bytes.readUInt32LE(28))}`,
    pageSize: pageSize === 1 ? 65_536 : pageSize,
    pageCount: bytes.readUInt32LE(20),
    carriedOver: bytes.readUInt32LE(96),
  }
}

export const hex = (value: number): string => value.toString(16).padStart(8, '0')

/**
 * Never closed: POSIX drops all locks that a process has on a file when it closes any descriptor of it, and those on this
 * file are the locks of the log. Where the file is another one by now, the old descriptor stays open beside the new.
 */
function indexFile(path: string): number {
  const inode = statSync(path).ino
  const known = opened.get(path)
  if (known?.inode === inode) return known.file
  const file = openSync(path, 'r')
  opened.set(path, { file, inode: fstatSync(file).ino })
  return file
}

/** Reads of the log itself, which has no locks. */
export class LogFrames implements Disposable {
  readonly #file: number
  readonly #pageSize: number

  /** @param path of the database */
  constructor(path: string, pageSize: number) {
    this.#file = openSync(`${path}-wal`, 'r')
    this.#pageSize = pageSize
  }

  /** Which page a frame has, counted from 1; null: it is none of this run. */
  head(frame: number, { run, mark }: LogPlace): { readonly page: number; readonly checksum: string } | null {
    const head = Buffer.allocUnsafe(frameHead)
    if (readSync(this.#file, head, 0, frameHead, this.#placeOf(frame)) < frameHead) return null
    if (head.readUInt32BE(8) !== run || head.readUInt32BE(12) !== mark) return null
    return {
      page: head.readUInt32BE(0),
      checksum: `${hex(head.readUInt32BE(16))}${hex(head.readUInt32BE(20))}`,
    }
  }

  /** Reads the page of a frame. Answers false where the frame is, or becomes meanwhile, one of another run. */
  read(frame: number, place: LogPlace, page: number, into: Buffer): boolean {
    const read = readSync(this.#file, into, 0, this.#pageSize, this.#placeOf(frame) + frameHead)
    // A writer puts the head before the page: a head that is still the old one vouches for what was read before.
    return read === this.#pageSize && this.head(frame, place)?.page === page
  }

  #placeOf(frame: number): number {
    return logHead + (frame - 1) * (frameHead + this.#pageSize)
  }

  [Symbol.dispose](): void {
    closeSync(this.#file)
  }
}

const logHead = 32
const frameHead = 24
