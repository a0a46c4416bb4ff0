import { closeSync, existsSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** A full disk is asked again after this time, not for every message. */
const askAgainMs = 1000
/** Written at a time, so that the reserve is on the disk and not in memory too. */
const pieceBytes = 256 << 10

/** A file that only takes room, until the disk is full and the mail on its way needs that room to leave. */
export class DiskReserve {
  readonly #path: string
  readonly #bytes: number
  readonly #reusable: () => number
  #isThere: boolean
  #hasRoom = false
  #askedAt = Number.NEGATIVE_INFINITY

  /** @param reusable bytes within the database that are written again before it grows */
  constructor(path: string, bytes: number, reusable: () => number) {
    this.#path = path
    this.#bytes = bytes
    this.#reusable = reusable
    this.#isThere = existsSync(path)
  }

  /** Gives its room to the disk. Answers false where that was done before. */
  giveUp(): boolean {
    const wasThere = this.#isThere
    rmSync(this.#path, { force: true })
    this.#isThere = false
    this.#hasRoom = false
    this.#askedAt = performance.now()
    return wasThere
  }

  /**
   * Whether new mail may take room: the reserve is there, or there is twice its room without it, on the disk
   * or in the database. Makes the file anew as soon as the disk has that room.
   */
  leavesRoom(): boolean {
    if (this.#isThere || performance.now() - this.#askedAt < askAgainMs) return this.#isThere || this.#hasRoom
    this.#askedAt = performance.now()
    try {
      const { bavail, bsize } = statfsSync(dirname(this.#path))
      const free = bavail * bsize
      if (free >= 2 * this.#bytes) this.#make()
      this.#hasRoom = free + this.#reusable() >= 2 * this.#bytes
    } catch {
      rmSync(this.#path, { force: true })
    }
    return this.#hasRoom
  }

  #make(): void {
    const piece = Buffer.alloc(Math.min(this.#bytes, pieceBytes))
    const file = openSync(this.#path, 'w')
    try {
      for (let left = this.#bytes; left > 0; ) left -= writeSync(file, piece, 0, Math.min(left, piece.length))
    } finally {
      closeSync(file)
    }
    this.#isThere = true
  }
}
