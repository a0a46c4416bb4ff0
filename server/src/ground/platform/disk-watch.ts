import { statfs } from 'node:fs/promises'
import { DiskTrend } from './disk-trend.ts'

/** Room on the disk that holds a folder, measured every few seconds so that asking costs nothing. */
export class DiskWatch {
  readonly #folder: string
  readonly #reusable: () => Promise<number>
  readonly #onMeasure: (percent: number, freeBytes: number) => void
  #timer: NodeJS.Timeout | null = null
  #measuring = false
  readonly trend = new DiskTrend()
  percent = 0
  freeBytes = Number.MAX_SAFE_INTEGER

  /** @param reusable bytes within files of ours that are written again before more of the disk is used */
  constructor(
    folder: string,
    reusable: () => Promise<number>,
    onMeasure: (percent: number, freeBytes: number) => void,
  ) {
    this.#folder = folder
    this.#reusable = reusable
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
      const [found, reusable] = await Promise.all([statfs(this.#folder), this.#reusable()])
      this.freeBytes = found.bavail * found.bsize + reusable
      const usable = (found.blocks - found.bfree + found.bavail) * found.bsize
      this.percent = usable === 0 ? 100 : ((usable - this.freeBytes) / usable) * 100
      this.trend.note(performance.now(), this.percent, this.freeBytes)
      this.#onMeasure(this.percent, this.freeBytes)
    } catch {
      // Left as it was: see above.
    } finally {
      this.#measuring = false
    }
  }
}
