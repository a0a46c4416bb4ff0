import { readFileSync, readlinkSync } from 'node:fs'

/** What this thread has computed, in milliseconds: waiting for a processor is nobody's fault. */
export function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** Linux counts time of the processor in hundredths of a second. */
const tickMs = 10

/** The id by which the system knows the thread that calls; 0 where it has none that can be read (not Linux). */
export function threadId(): number {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1)) || 0
  } catch {
    return 0
  }
}

/**
 * Time of the processor that a thread of this process has had so far, in milliseconds, to the hundredth of a second.
 * What else the machine does makes a thread late, and changes nothing here. Null where it is not known.
 */
export function threadTimeMs(id: number): number | null {
  if (id === 0) return null
  try {
    // The name in brackets may hold blanks; user and system time are the 12th and 13th field after it (proc(5)).
    const fields = readFileSync(`/proc/self/task/${id}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    const ticks = Number(fields[11]) + Number(fields[12])
    return Number.isNaN(ticks) ? null : ticks * tickMs
  } catch {
    return null
  }
}
