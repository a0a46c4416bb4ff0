import type { Registry } from 'prom-client'
import { probeTenant } from '#ground/platform/probe-tenant.ts'
import {
  type MeasuredCount,
  type MeasuredDirection,
  type MeasuredLine,
  type MeasuredStage,
  measuredCounts,
  measuredDirections,
  measuredStages,
  type TenantClass,
  tenantClasses,
  timeSteps,
} from './measured-line.ts'
import { describeCounts, describeTimes } from './measured-metrics.ts'

/** Next hops that have figures of their own at a time. */
const mostHops = 40
/** A hop that nothing went to for so many rounds leaves its place to others. */
const idleRounds = 60

const kinds = measuredDirections.length * tenantClasses.length
/** Of one series of times: a number a step, one beyond, and their sum. */
const width = timeSteps.length + 2
const countsAt = measuredStages.length * kinds * width
const size = countsAt + measuredCounts.length * kinds

interface Figures {
  readonly hop: string
  readonly all: Float64Array
  readonly taken: Float64Array
  isTouched: boolean
  idle: number
}

const indexOf = <Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> =>
  Object.fromEntries(names.map((each, index) => [each, index])) as Record<Name, number>
const stageAt = indexOf(measuredStages)
const countAt = indexOf(measuredCounts)
const directionAt = indexOf(measuredDirections)
const classAt = indexOf(tenantClasses)

/**
 * Times and counts of mail by stage, direction, class of tenant and next hop, as this process sees them. Noting one is
 * a few additions in arrays that are there already: nothing is allocated on the way of a message.
 */
export class Measures {
  readonly #node: string
  readonly #none = figuresOf('')
  readonly #other = figuresOf('other')
  readonly #hops = new Map<string, Figures>()
  #classes: ReadonlyMap<string, TenantClass> = new Map()

  /** @param node name of this node, a label of what `/metrics` says */
  constructor(node: string, registry: Registry) {
    this.#node = node
    registry.registerMetric(describeTimes(() => [this.#node, this.lines()]))
    registry.registerMetric(describeCounts(() => [this.#node, this.lines()]))
  }

  /** Takes a time down. @param hop empty: it is not about a next hop */
  observe(
    stage: MeasuredStage,
    direction: MeasuredDirection,
    tenant: string,
    hop: string,
    tookMs: number,
  ): void {
    if (tenant === probeTenant) return
    const figures = this.#of(hop)
    const { all } = figures
    figures.isTouched = true
    const at = (stageAt[stage] * kinds + this.#kindOf(direction, tenant)) * width
    let step = 0
    while (step < timeSteps.length && tookMs > (timeSteps[step] ?? 0)) step += 1
    all[at + step] = (all[at + step] ?? 0) + 1
    all[at + width - 1] = (all[at + width - 1] ?? 0) + tookMs
  }

  /** Counts something once, or several times. */
  count(name: MeasuredCount, direction: MeasuredDirection, tenant: string, hop: string, times = 1): void {
    if (tenant === probeTenant) return
    const figures = this.#of(hop)
    const { all } = figures
    figures.isTouched = true
    const at = countsAt + countAt[name] * kinds + this.#kindOf(direction, tenant)
    all[at] = (all[at] ?? 0) + times
  }

  /** Of which class tenants are; those that are not named are customers. */
  setClasses(classes: ReadonlyMap<string, TenantClass>): void {
    this.#classes = classes
  }

  /** Everything since the start. */
  lines(): MeasuredLine[] {
    return this.#everything().flatMap(({ hop, all }) => linesOf(hop, all))
  }

  /** What was noted since this was last called. */
  take(): MeasuredLine[] {
    const lines = this.#everything().flatMap((figures) => {
      figures.idle = figures.isTouched ? 0 : figures.idle + 1
      if (!figures.isTouched) return []
      figures.isTouched = false
      const fresh = new Float64Array(size)
      for (let n = 0; n < size; n++) fresh[n] = (figures.all[n] ?? 0) - (figures.taken[n] ?? 0)
      figures.taken.set(figures.all)
      return linesOf(figures.hop, fresh)
    })
    for (const [hop, { idle }] of this.#hops) if (idle > idleRounds) this.#hops.delete(hop)
    return lines
  }

  #everything(): Figures[] {
    return [this.#none, this.#other, ...this.#hops.values()]
  }

  #kindOf(direction: MeasuredDirection, tenant: string): number {
    return directionAt[direction] * tenantClasses.length + classAt[this.#classes.get(tenant) ?? 'customer']
  }

  #of(hop: string): Figures {
    if (hop === '') return this.#none
    const known = this.#hops.get(hop)
    if (known) return known
    if (this.#hops.size >= mostHops) return this.#other
    const figures = figuresOf(hop)
    this.#hops.set(hop, figures)
    return figures
  }
}

function figuresOf(hop: string): Figures {
  return { hop, all: new Float64Array(size), taken: new Float64Array(size), isTouched: false, idle: 0 }
}

function linesOf(hop: string, figures: Float64Array): MeasuredLine[] {
  const lines: MeasuredLine[] = []
  for (const [d, direction] of measuredDirections.entries())
    for (const [c, tenants] of tenantClasses.entries()) {
      const kind = d * tenantClasses.length + c
      for (const [s, name] of measuredStages.entries()) {
        const at = (s * kinds + kind) * width
        let count = 0
        for (let step = at; step < at + width - 1; step++) count += figures[step] ?? 0
        if (count === 0) continue
        const steps = [...figures.subarray(at, at + width - 1)]
        lines.push({ name, direction, tenants, hop, count, sumMs: figures[at + width - 1] ?? 0, steps })
      }
      for (const [n, name] of measuredCounts.entries()) {
        const count = figures[countsAt + n * kinds + kind] ?? 0
        if (count > 0) lines.push({ name, direction, tenants, hop, count, sumMs: 0, steps: [] })
      }
    }
  return lines
}
