import type { InspectionOutcome } from '#flow/inspection/inspection-job.ts'
import { ScanTimes } from '#services/scanners/scan-times.ts'
import { takeBackSet } from '#services/scanners/take-set.ts'
import type { Base } from './base.ts'
import { createScannerParts } from './scanner-parts.ts'

const everyMs = 5000
/** A set that is slow for this many looks is taken back. */
const patience = 3

/**
 * Times scans by the set of signatures they were made with (D07). One that slows mail down is told by its name, and the
 * set before it is put into force again, where sets are ours (antivirus.signatures).
 */
export function watchScanTimes(base: Pick<Base, 'config' | 'alarms' | 'log'>): {
  note(outcome: InspectionOutcome): void
  stop(): void
} {
  const { config, alarms, log } = base
  const times = new ScanTimes()
  const parts = createScannerParts(config, alarms)
  let slowLooks = 0
  const look = async () => {
    const [current, former] = [parts.sets?.current(), parts.sets?.former()]
    const slow = current && former ? times.slowness(current.version, former.version, Date.now()) : null
    if (!slow || !current) {
      slowLooks = 0
      alarms.clear('signatures-slow', 'antivirus')
      return
    }
    const why = `scans take ${Math.round(slow.ms)} ms; with the set before they took ${Math.round(slow.beforeMs)} ms`
    alarms.raise('signatures-slow', 'antivirus', `signatures ${current.version} are slow: ${why}`)
    slowLooks += 1
    if (slowLooks < patience) return
    slowLooks = 0
    const version = await takeBackSet(parts, `it was slow: ${why}`)
    log.warn({ slow: current.version, now: version }, 'a slow set of signatures was taken back')
  }
  const timer = setInterval(() => {
    look().catch((cause) =>
      log.warn({ cause: String(cause) }, 'a slow set of signatures could not be taken back'),
    )
  }, everyMs)
  return {
    note({ facts, findings, timings }) {
      const { antivirus } = facts as { antivirus?: { streams: number; definitions?: string } }
      if (!antivirus || antivirus.streams === 0) return
      // Who did not answer in time had loaded what is in use, as far as anybody knows.
      const late = findings.some((each) => each.code === 'antivirus-away')
      const version = antivirus.definitions ?? (late ? parts.sets?.current()?.version : undefined)
      if (version !== undefined) times.note(version, timings.antivirus ?? 0, Date.now())
    },
    stop: () => clearInterval(timer),
  }
}
