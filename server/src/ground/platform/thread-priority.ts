import { readdirSync, readFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'

/**
 * By how much a thread is nicer than the process, 0 being as mail. Where there is more to do than processors, mail goes
 * first, and what people look at gets what is left: a tenth at 10, a sixtieth at 19.
 */
export const niceness = {
  /** Reads for the console, and a little for delivery too; and what keeps the index of messages. */
  reading: 10,
  /** What one person waits for. */
  beside: 19,
} as const

const nicest = 19

/** Lets the thread that calls it yield to others of the process. Only Linux knows priorities of threads. */
export function yieldToMail(nice: number): void {
  if (process.platform !== 'linux') return
  try {
    // 0 is whoever calls; on Linux that is the thread, not the process.
    setPriority(0, Math.min(nicest, getPriority() + nice))
  } catch {
    // Where that is forbidden all threads are alike, as they were.
  }
}

const threadsFolder = '/proc/self/task'

/**
 * The same for all threads that the process has and that are not nicer by themselves: those that collect garbage and
 * read files work for people too.
 * @param but names of threads that stay as they are
 */
export function yieldProcessToMail(nice: number, but: ReadonlySet<string>): void {
  if (process.platform !== 'linux') return
  const usual = getPriority()
  for (const thread of threadsOfProcess())
    try {
      if (but.has(readFileSync(`${threadsFolder}/${thread}/comm`, 'utf8').trim())) continue
      if (getPriority(thread) === usual) setPriority(thread, Math.min(nicest, usual + nice))
    } catch {
      // It has ended, or it is forbidden: then all are alike, as they were.
    }
}

function threadsOfProcess(): number[] {
  try {
    return readdirSync(threadsFolder).map(Number)
  } catch {
    return []
  }
}
