import { readFileSync } from 'node:fs'

/**
 * Time of the processor that a process, those it started and those of them that have ended took, in milliseconds;
 * Linux counts in hundredths of a second. What else uses the machine changes it far less than it changes time.
 */
export function processorTime(pid: number): number {
  const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? []
  const own = fields.slice(11, 15).reduce((sum, each) => sum + Number(each), 0) * 10
  return childrenOf(pid).reduce((sum, each) => sum + processorTime(each), own)
}

function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number)
}

/** Empty where the process has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
