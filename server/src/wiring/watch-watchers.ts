import { beatEveryMs } from '#ground/platform/process-beats.ts'
import { tellAlarms } from '#services/alarms/tell-alarms.ts'
import { watchTargets } from '#services/alarms/watch-targets.ts'
import { DeadMan, lookEveryMs } from '#services/watch/dead-man.ts'
import { HeardProcesses } from '#services/watch/heard-processes.ts'
import { createAlarmParts } from './alarm-parts.ts'
import type { Base } from './base.ts'
import { createDirectWay } from './direct-way.ts'

/**
 * Watches those who watch, in each process by a timer of its own: the watchers of this process, and the process with the
 * jobs where that is another one. While whoever tells people of alarms is silent, this is the second way: it tells them
 * itself. What has been told is in the store, so nobody hears of anything twice. Where that does not work either there is
 * a direct way, past the store.
 */
export function watchWatchers(
  base: Base,
  roles: readonly string[],
): { readonly deadMan: DeadMan; stop(): void } {
  const { alarms, config, stores, log } = base
  const silentMs = () => config['watch.silentAfter']
  const lookMs = Math.min(lookEveryMs, config['watch.silentAfter'] / 3)
  const deadMan = new DeadMan({ alarms, silentMs, lookMs, now: () => Date.now() })
  const parts = createAlarmParts(base)
  const direct = createDirectWay(base, lookMs)
  const missing = new Set<string>()
  const heard = new HeardProcesses(lookMs, () => performance.now())
  const lookForJobs = async () => {
    const beats = heard.note(await stores.readProcesses.beats())
    // A process says only now and then that it is well.
    const gone = beats
      .filter((each) => each.silentForMs > Math.max(silentMs(), 3 * beatEveryMs))
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
  let stoodIn = false
  const round = async () => {
    deadMan.round()
    if (!roles.includes('jobs')) await lookForJobs()
    if (missing.size > 0 || deadMan.isSilent('tell-alarms')) {
      stoodIn = true
      await tellAlarms(parts)
    } else if (stoodIn && !roles.includes('jobs')) {
      // Whoever tells people again raises what he sees himself; what stood here would stay for good.
      watchTargets(parts, [], [])
      stoodIn = false
    }
  }
  let busy = false
  const timer = setInterval(() => {
    // Who is silent is seen at once, also while an earlier round waits for a store.
    deadMan.round()
    direct
      ?.round()
      .catch((cause: unknown) => log.warn({ cause: String(cause) }, 'nobody could be told directly'))
    if (busy) return
    busy = true
    round()
      .then(() => direct?.good())
      .catch((cause: unknown) => {
        direct?.failed(cause)
        log.warn({ cause: String(cause) }, 'watchers could not be watched')
      })
      .finally(() => {
        busy = false
      })
  }, lookMs)
  return { deadMan, stop: () => clearInterval(timer) }
}
