import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where Linux has a file system in memory. */
const inMemory = '/dev/shm'
/** In containers it may be tiny; unit tests have a few hundred MB at most at a time. */
const leastFree = 1 << 30
/** Ctrl-C, and whoever ends a run that takes too long: what is left in memory stays there until the machine starts anew. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs unit tests with their temporary files in memory: each of some hundred small databases would wait for a disk several
 * times. What has to hold on disks is tried by scenarios and drills, which keep theirs there.
 */
export async function withMemoryFolder<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  const before = process.env.TMPDIR
  const folder = mkdtempSync(join(hasRoom() ? inMemory : tmpdir(), 'mailkeep-units-'))
  process.env.TMPDIR = folder
  const end = (signal: NodeJS.Signals) => {
    remove(folder)
    stopListening()
    // By the signal that it was told, as if nobody had listened.
    process.kill(process.pid, signal)
  }
  const stopListening = () => {
    for (const each of signals) process.removeListener(each, end)
  }
  for (const each of signals) process.on(each, end)
  try {
    return await work()
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
    remove(folder)
    stopListening()
  }
}

/** What was started here may end a moment later than we are told to, and write meanwhile. */
function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(inMemory)
    return bavail * bsize >= leastFree
  } catch {
    return false
  }
}
