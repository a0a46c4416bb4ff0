import {
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import type { TellingMark } from '#services/alarms/direct-way.ts'

/** What nobody has kept for so long is no part of this outage any more (ms). */
const forgottenMs = 3_600_000
/** Emptied when it was told: on a full disk too. */
const [telling, told] = ['telling\n', '']

/**
 * The mark in a folder that one process of all tells. It is a file, since the store may be what is wrong. Where there
 * can be none, two mails are better than no mail.
 *
 * @param keptMs how long after it was kept last its keeper counts as alive
 */
export function createTellingMark(file: string, keptMs: number, now: () => number): TellingMark {
  let isFile = true
  const own = `${file}.${process.pid}`
  const age = () => {
    try {
      return now() - statSync(file).mtimeMs
    } catch {
      return null
    }
  }
  const keep = () => {
    try {
      utimesSync(file, now() / 1000, now() / 1000)
    } catch {
      // Whoever has it now keeps it.
    }
  }
  const sayTold = () => {
    try {
      truncateSync(file)
      keep()
    } catch {
      // It was told all the same.
    }
  }
  const make = () => {
    try {
      closeSync(openSync(file, 'wx', 0o600))
      isFile = true
    } catch (cause) {
      isFile = (cause as NodeJS.ErrnoException).code === 'EEXIST'
      return !isFile
    }
    try {
      writeFileSync(file, telling)
    } catch {
      // There is no room for it.
    }
    keep()
    return true
  }
  return {
    claim() {
      const old = age()
      if (old !== null && old <= keptMs) return 'others'
      const before = old === null ? null : takeAway(file, own)
      if (before === undefined) {
        isFile = false
        return 'mine'
      }
      if (!make()) return 'others'
      if (before !== told || old === null || old > forgottenMs) return 'mine'
      sayTold()
      return 'told'
    },
    told: sayTold,
    keep,
    end(isOwn) {
      const old = age()
      if (!isOwn && (old === null || old <= keptMs)) return false
      const before = takeAway(file, own)
      // Somebody who wanted to tell, and never did, leaves nothing to be ended.
      return isOwn ? before !== null || !isFile : before === told
    },
    release: () => void takeAway(file, own),
  }
}

/** What stood in it; null: another process was faster; undefined: nothing can be changed there. */
function takeAway(file: string, own: string): string | null | undefined {
  try {
    renameSync(file, own)
    const text = readFileSync(own, 'utf8')
    rmSync(own, { force: true })
    return text
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'ENOENT' ? null : undefined
  }
}
