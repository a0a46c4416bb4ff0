import { readFileSync } from 'node:fs'

/** What the main thread of a process is at, as proc(5) has it; null where there is no such file. */
export type ProcessState = 'waits for a disk' | 'stopped' | 'busy' | 'idle'

const states: Readonly<Record<string, ProcessState>> = {
  D: 'waits for a disk',
  T: 'stopped',
  t: 'stopped',
  R: 'busy',
  S: 'idle',
}

export function readProcessState(pid: number): ProcessState | null {
  try {
    // The name before the state may hold anything, and ends with a bracket.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return states[stat.charAt(stat.lastIndexOf(')') + 2)] ?? null
  } catch {
    return null
  }
}
