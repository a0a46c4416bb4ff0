import { readFileSync } from 'node:fs'

/** Times of proc(5) are in hundredths of a second on every Linux that Node runs on. */
const tickMs = 10
/** A process tells of itself seconds after it began; so much later it is another one that has got its number. */
const doubtMs = 5000

/**
 * Whether the process of Mailkeep that was last heard of at a moment still runs on this machine. One that began later has
 * only got its number, as has another program. Where the system does not say (no proc(5)), it runs.
 * @param seenAt ms since 1970
 * @param proc where the system tells of its processes
 */
export function stillRuns(pid: number, seenAt: number, proc = '/proc'): boolean {
  if (!isThere(pid)) return false
  const command = read(`${proc}/${pid}/cmdline`)
  if (command !== null && !command.includes('main.ts')) return false
  const [own, other] = [ticksOf(`${proc}/${process.pid}`), ticksOf(`${proc}/${pid}`)]
  if (own === null || other === null) return true
  // By the age of this process: the time since the machine was started is another one within a container.
  const began = Date.now() - process.uptime() * 1000 + (other - own) * tickMs
  return began <= seenAt + doubtMs
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return (cause as { code?: string }).code === 'EPERM'
  }
}

/** When a process began, in ticks: the 22nd field. The name in the second may hold anything, and ends with a bracket. */
function ticksOf(folder: string): number | null {
  const fields = read(`${folder}/stat`)?.split(') ').at(-1)?.split(' ')
  return fields?.[19] === undefined ? null : Number(fields[19])
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
