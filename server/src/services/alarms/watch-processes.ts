import type { Alarms } from '#ground/platform/alarms.ts'
import { silentAfterMs } from '#ground/platform/process-beats.ts'
import { utcWords } from '#ground/platform/utc-words.ts'
import type { ProcessStore, SilentProcess } from './process-store.ts'

export interface WatchProcessesParts {
  readonly processes: Pick<ProcessStore, 'silent'>
  readonly alarms: Alarms
  readonly now: () => number
}

/**
 * Tells which process hangs or has died. What it had in hand is taken over by others when its leases end; the alarm is
 * over when it is heard of again, or another one has started in its place.
 */
export async function watchProcesses({ processes, alarms, now }: WatchProcessesParts): Promise<void> {
  const silent = await processes.silent(now() - silentAfterMs)
  const subjects = new Set(silent.map(processSubject))
  for (const each of silent)
    alarms.raise(
      'process-silent',
      processSubject(each),
      `process ${each.pid} of node ${each.node} (${each.roles}) was last heard of at ${utcWords(each.seenAt)}; others take over what it had in hand when its leases end, and what only it tries is unknown since then`,
    )
  for (const { name, subject } of alarms.open())
    if (name === 'process-silent' && !subjects.has(subject)) alarms.clear(name, subject)
}

/** What `process-silent` calls a process. */
export function processSubject({ node, pid }: Pick<SilentProcess, 'node' | 'pid'>): string {
  return `${node} ${pid}`
}
