import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const libraries = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map(
  (machine) => `/usr/lib/${machine}/faketime/libfaketimeMT.so.1`,
)
const library = libraries.find((each) => existsSync(each))

/**
 * The calendar clock of a process, to be stepped while it runs: by libfaketime (Debian: `libfaketime`), so that SQLite and
 * files see it too; where that is not installed by a module of ours, which only the program's own clock obeys. Clocks
 * that measure durations go on as they did, as they do where a clock is set.
 */
export class StepClock {
  readonly #file: string
  /** By what it is stepped. */
  readonly by = library ? 'libfaketime' : 'a shift of Date'

  /** @param folder where the file with the step lies, which is read about each second */
  constructor(folder: string) {
    this.#file = join(folder, 'clock-step')
    this.step(0)
  }

  /** What the process has to be started with. */
  get environment(): Readonly<Record<string, string>> {
    if (library === undefined)
      return {
        NODE_OPTIONS: `--import ${join(import.meta.dirname, 'shift-clock.mjs')}`,
        SHIFT_CLOCK_FILE: this.#file,
      }
    return {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_CACHE_DURATION: '1',
      DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    }
  }

  /** Sets the clock off by so many seconds from the true time; it is in force within about a second. */
  step(seconds: number): void {
    const next = `${this.#file}.new`
    writeFileSync(next, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}\n`)
    // Read at any moment: there is never a file with nothing in it.
    renameSync(next, this.#file)
  }
}
