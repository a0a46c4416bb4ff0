import type { OwnSupervisor } from '#doors/supervisor/own-supervisor.ts'
import type { DeadMan } from '#services/watch/dead-man.ts'
import { noteAlarms } from './alarm-parts.ts'
import type { Base } from './base.ts'
import { beat } from './beat.ts'
import { createUncachedResolver } from './claim-rounds.ts'
import { noteLaneFlow } from './note-lane-flow.ts'
import { noteMeasures } from './note-measures.ts'
import { noteProbes } from './note-probes.ts'
import { noteRestart } from './note-restart.ts'
import type { ProbedParts } from './probed-paths.ts'
import type { Leaving } from './try-addresses.ts'
import { watchLostTime } from './watch-lost-time.ts'
import { watchWaiting } from './watch-waiting.ts'
import { watchWatchers } from './watch-watchers.ts'

export interface NotedNode {
  readonly waiting: { outbound(): number }
  /** Hears of the watchers of this process. */
  readonly deadMan: DeadMan
  /** Begins to try what this process is there for: its doors and pages, what goes round, and how it asks DNS. */
  tryOurselves(here: ProbedParts['here'], delivery: { leaving(): Leaving } | null): void
  /** To be called before anything else ends: what is closed on purpose has not failed. */
  endTries(): void
  stop(): Promise<void>
}

/**
 * What each process says of itself and keeps in mind of the others: that it is well, what flows, how much waits, what it
 * has measured, what is wrong.
 */
export function noteNode(base: Base, roles: readonly string[], supervisor: OwnSupervisor | null): NotedNode {
  if (supervisor) noteRestart(base, roles, supervisor)
  const alarms = noteAlarms(base)
  const flow = noteLaneFlow(base)
  const measures = noteMeasures(base)
  const waiting = watchWaiting(base)
  const watchers = watchWatchers(base, roles)
  const lostTime = watchLostTime(base, roles)
  const beating = beat(base, roles)
  let probes: ReturnType<typeof noteProbes> | null = null
  return {
    waiting,
    deadMan: watchers.deadMan,
    tryOurselves(here, delivery) {
      // What a cache still knows would hide that nobody answers.
      const resolver = delivery ? createUncachedResolver(base.config) : null
      const leaving = delivery?.leaving ?? null
      probes = noteProbes(base, { here, resolver, leaving, hasJobs: roles.includes('jobs'), roles })
    },
    endTries: () => probes?.end(),
    async stop() {
      alarms.stop()
      flow.stop()
      measures.stop()
      waiting.stop()
      lostTime.stop()
      watchers.stop()
      await probes?.stop()
      await beating.stop()
    },
  }
}
