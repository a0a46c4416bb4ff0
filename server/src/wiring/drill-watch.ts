import { Registry } from 'prom-client'
import { createAlarms } from '#ground/platform/alarms.ts'
import { systemClock } from '#ground/platform/clock.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import { Measures } from '#ground/platform/measures.ts'
import type { DrillLook } from '#services/drill/drill-road.ts'
import { KeptIncidents } from '#services/drill/kept-incidents.ts'
import { KeptFindings, KeptMeasures } from '#services/drill/kept-measures.ts'
import { followFindings } from '#services/incidents/follow-findings.ts'
import type { FindingState } from '#services/watch/finding.ts'
import type { ToldAlarm } from '#services/watch/name-cause.ts'
import { MeasureWatch } from '#services/watch/watch-measures.ts'
import type { Base } from './base.ts'

/**
 * What the platform sees of a drill: the same judges as for people's mail, with alarms, figures, findings and incidents of
 * their own. What they say goes into the report of the drill and nowhere else.
 */
export class DrillWatch {
  readonly alarms = createAlarms(systemClock, createSilentLog())
  readonly measures: Measures
  readonly #base: Base
  readonly #told: (ToldAlarm & { clearedAt: number | null })[] = []
  readonly #findings = new KeptFindings()
  readonly #incidents = new KeptIncidents()
  readonly #kept: KeptMeasures
  readonly #watch: MeasureWatch
  #notedAt = 0
  #cause: DrillLook['cause'] = null

  /** @param depth letters that wait now */
  constructor(base: Base, depth: () => number) {
    this.#base = base
    this.measures = new Measures(base.config['node.name'], new Registry())
    this.#kept = new KeptMeasures(depth)
    this.alarms.onChange((alarm, isOpen) => {
      const known = this.#told.findLast(
        ({ name, subject, clearedAt }) =>
          name === alarm.name && subject === alarm.subject && clearedAt === null,
      )
      if (isOpen) this.#told.push({ ...alarm, instance: base.instance, clearedAt: null })
      else if (known) known.clearedAt = Date.now()
    })
    this.#watch = new MeasureWatch({
      ...{ measures: this.#kept, readMeasures: this.#kept, findings: this.#findings, alarms: this.alarms },
      alarmStates: async () => this.#told,
      isProviders: () => false,
      isOurs: () => true,
      periodMs: base.config['watch.period'],
      now: () => Date.now(),
    })
  }

  /** Judges what was measured by now, as the clock does for people's mail. */
  async look(): Promise<DrillLook> {
    await this.#noteMeasures()
    await this.#watch.round()
    const { stores, config } = this.#base
    const { directory, status } = stores
    await followFindings({
      order: (at) => ({ directory, status, incidents: this.#incidents, at, who: 'mailkeep' }),
      findings: this.#findings,
      // Its list is made of the spool, letter by letter: the ledger knows of no letter of a drill.
      ledger: { affected: async () => ({ lines: [], next: null }) },
      now: () => Date.now(),
      lateMs: 2 * config['watch.period'],
    })
    return this.#describe()
  }

  async #noteMeasures(): Promise<void> {
    const everyMs = this.#base.config['watch.period']
    const at = Math.floor(Date.now() / everyMs) * everyMs
    if (at === this.#notedAt) return
    // Measured since the last time, which was within the period before.
    await this.#kept.noteMeasures(this.#base.config['node.name'], this.#notedAt || at, this.measures.take())
    this.#notedAt = at
  }

  async #describe(): Promise<DrillLook> {
    const [alarm] = this.#told
    const found = (await this.#findings.findings(0, 100)).toSorted((a, b) => a.foundAt - b.foundAt)
    const [finding] = found
    const [incident] = (await this.#incidents.list({}, 10)).toSorted((a, b) => a.createdAt - b.createdAt)
    const { cause } = incident ?? {}
    if (cause && cause.name !== this.#cause?.name)
      this.#cause = { name: cause.name, words: cause.words, at: Date.now() }
    return {
      alarm: alarm ? { name: alarm.name, words: alarm.text, at: alarm.since } : null,
      finding: finding ? { name: finding.kind, words: finding.subject, at: finding.foundAt } : null,
      incident: incident
        ? { name: incident.name, words: incident.log[0]?.text ?? '', at: incident.createdAt }
        : null,
      cause: this.#cause,
      quietAt: incident?.quietSince ? this.#quietAt(found, incident.quietSince) : null,
    }
  }

  /** When the last of what was told was over; null: something is not. */
  #quietAt(found: readonly FindingState[], quietSince: number): number | null {
    const ends = [...found.map(({ endedAt }) => endedAt), ...this.#told.map(({ clearedAt }) => clearedAt)]
    return ends.includes(null) ? null : Math.max(quietSince, ...ends.map(Number))
  }
}
