import type { ChildProcess } from 'node:child_process'

const living = new Set<ChildProcess>()

/** Ends a program when this process ends, however it ends: a test that failed half way leaves nothing running behind. */
export function endWithUs(child: ChildProcess): void {
  if (living.size === 0 && process.listenerCount('exit', endAll) === 0) {
    process.once('exit', endAll)
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(1))
  }
  living.add(child)
  child.once('exit', () => living.delete(child))
}

function endAll(): void {
  for (const child of living) child.kill('SIGKILL')
}
