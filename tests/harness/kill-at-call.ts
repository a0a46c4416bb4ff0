/** A call to the file system at which a process is killed. */
export interface KillPoint {
  readonly call: 'renameSync' | 'rmSync' | 'writeFileSync' | 'copyFileSync' | 'writeSync' | 'fsyncSync'
  /** A regular expression that the path of the call matches: the last path, or the one that its descriptor was opened by. */
  readonly path: string
  /** Which of those calls; the first is 1. */
  readonly nth: number
  /** `half`: only the first half of what is to be written gets to the file. */
  readonly when: 'before' | 'half' | 'after'
}

/**
 * What a process of Node is started with, so that it is killed (SIGKILL, as by the system) at one call: a real process with
 * its own code, ended at a point that no clock could hit.
 * @returns arguments for `execArgv`
 */
export function killAtCall(point: KillPoint): string[] {
  const script = `(${preload.toString()})(${JSON.stringify(point)}, ...await Promise.all([import('node:fs'), import('node:module')]))`
  return ['--import', `data:text/javascript,${encodeURIComponent(script)}`]
}

type Call = (...given: unknown[]) => unknown

/** Runs in that process before its program; it stands for itself, since only its text gets there. */
function preload(
  point: KillPoint,
  { default: fs }: { default: Record<string, Call> },
  { syncBuiltinESMExports }: { syncBuiltinESMExports: () => void },
): void {
  const [path, opened] = [new RegExp(point.path), new Map<unknown, string>()]
  const { openSync, truncateSync, readFileSync } = fs as { [name: string]: Call }
  let left = point.nth
  const kill = () => process.kill(process.pid, 'SIGKILL')
  const real = fs[point.call] as Call
  const half: Record<string, Call> = {
    writeSync: (file, bytes, from = 0, _length, at = null) =>
      real(file, bytes, from, ((bytes as Buffer).length - (from as number)) >> 1, at),
    writeFileSync: (file, bytes) => real(file, String(bytes).slice(0, String(bytes).length >> 1)),
    copyFileSync: (from, to) => {
      real(from, to)
      truncateSync?.(to, String(readFileSync?.(to)).length >> 1)
    },
  }
  fs.openSync = (name, ...more) => {
    const file = openSync?.(name, ...more)
    opened.set(file, String(name))
    return file
  }
  const placeOf = ([first, second]: unknown[]) => {
    if (typeof first === 'number') return opened.get(first) ?? ''
    return String(['renameSync', 'copyFileSync'].includes(point.call) ? second : first)
  }
  fs[point.call] = (...given) => {
    if (!path.test(placeOf(given)) || --left !== 0) return real(...given)
    if (point.when === 'half') half[point.call]?.(...given)
    if (point.when === 'after') real(...given)
    return kill()
  }
  syncBuiltinESMExports()
}
