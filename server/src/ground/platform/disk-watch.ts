import { statfs } from 'node:fs/promises'

/** Room on the disk that holds a folder, measured every few seconds so that asking costs nothing. */
export class DiskWatch {
  readonly #folder: string
  readonly #onMeasure: (percent: number, freeBytes: number) => void
  #timer: NodeJS.Timeout | null = null
  #measuring = false
  percent = 0
  freeBytes = Number.MAX_SAFE_INTEGER

  constructor(folder: string, onMeasure: (percent: number, freeBytes: number) => void) {
    this.#folder = folder
    this.#onMeasure = onMeasure
  }

  async start(): Promise<void> {
    await this.measure()
    this.#timer = setInterval(() => void this.measure(), 2000)
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer)
  }

  /** Measures now. A disk that does not answer keeps its last figures; the store notices it by itself. */
  async measure(): Promise<void> {
    if (this.#measuring) return
    this.#measuring = true
    try {
      const found = await statfs(this.#folder)
      this.freeBytes = found.bavail * found.bsize
      const usable = found.blocks - found.bfree + found.bavail
      this.percent = usable === 0 ? 100 : ((usable - found.bavail) / usable) * 100
      this.#onMeasure(this.percent, this.freeBytes)
    } catch {
      // Left as it was: see above.
    } finally {
      this.#measuring = false
    }
  }
}
