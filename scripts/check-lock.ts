/**
 * Checks that the lock file names no registry host: the installation then works from whatever registry the
 * machine is set up for, and nobody's internal mirror gets published.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Lines that name a host; one sentence each. */
export function checkLock(text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const host = /"resolved":\s*"[a-z+]+:\/\/([^/"]+)/.exec(line)
    return host ? [`package-lock.json:${index + 1}: names a host to download from`] : []
  })
}

if (import.meta.main) {
  const faults = checkLock(readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8'))
  for (const fault of faults) console.error(fault)
  process.exitCode = faults.length > 0 ? 1 : 0
}
