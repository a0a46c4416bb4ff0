import { tellAlarms } from '#services/alarms/tell-alarms.ts'
import { beatEveryMs } from '#services/alarms/watch-processes.ts'
import { DeadMan, lookEveryMs } from '#services/watch/dead-man.ts'
import { createAlarmParts } from './alarm-parts.ts'
import type { Base } from './base.ts'

/**
 * Watches those who watch, in each process by a timer of its own: the watchers of this process, and the process with the
 * jobs where that is another one. While whoever tells people of alarms is silent, this is the second way: it tells them
 * itself. What has been told is in the store, so nobody hears of anything twice.
 */
export function watchWatchers(
  base: Base,
  roles: readonly string[],
): { readonly deadMan: DeadMan; stop(): void } {
  const { alarms, config, stores, log } = base
  const silentMs = () => config['watch.silentAfter']
  const deadMan = new DeadMan({ alarms, silentMs, now: () => Date.now() })
  const parts = createAlarmParts(base)
  const missing = new Set<string>()
  const lookForJobs = async () => {
    // A process says only now and then that it is well.
    const silent = await stores.readProcesses.silent(Date.now() - Math.max(silentMs(), 3 * beatEveryMs))
    const gone = silent
      .filter((each) => /\bjobs\b/.test(each.roles))
      .map(({ node, pid }) => `jobs ${node} ${pid}`)
    for (const each of gone)
      alarms.raise(
        'watcher-silent',
        each,
        `the process that watches (${each}) says nothing any more: what only it looks after is unknown since then`,
      )
    for (const each of missing) if (!gone.includes(each)) alarms.clear('watcher-silent', each)
    missing.clear()
    for (const each of gone) missing.add(each)
  }
  const round = async () => {
    deadMan.round()
    if (!roles.includes('jobs')) await lookForJobs()
    if (missing.size > 0 || deadMan.isSilent('tell-alarms')) await tellAlarms(parts)
  }
  let busy = false
  const timer = setInterval(
    () => {
      // Who is silent is seen at once, also while an earlier round waits for a store.
      deadMan.round()
      if (busy) return
      busy = true
      round()
        .catch((cause: unknown) => log.warn({ cause: String(cause) }, 'watchers could not be watched'))
        .finally(() => {
          busy = false
        })
    },
    Math.min(lookEveryMs, config['watch.silentAfter'] / 3),
  )
  return { deadMan, stop: () => clearInterval(timer) }
}
