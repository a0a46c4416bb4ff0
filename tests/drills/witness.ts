import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { publicFaults } from '../../server/src/services/status/public-faults.ts'
import type { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { DrillReport } from './drill.ts'

/** One fault, and what has to be seen of it from outside. */
export interface Fault {
  /** In a few words, as its lines are called. */
  readonly what: string
  /** T0: when it was put in (ms). */
  readonly since: number
  /** The alarm that tells it, by its kind; and what it is about, where several of a kind may be open. */
  readonly alarm: string
  readonly about?: RegExp
  /** How long after T0 it is told, at the latest (ms). */
  readonly withinMs: number
  /** What the alarm has to name: component, node, direction, change. */
  readonly names: RegExp
  /** The component of the public page that turns; null: none does, which the drill says by `notSeen`. */
  readonly component: string | null
}

/** An alarm as `./mailkeep alarm list` shows it. */
interface Alarm {
  readonly name: string
  readonly subject: string
  readonly text: string
  readonly since: string
}

/** How a component of the published page stood at a moment. */
interface Sighting {
  readonly at: number
  readonly component: string
  readonly status: string
  readonly suspectedSince: number | null
}

interface PublishedComponent {
  readonly id: string
  readonly status: string
  readonly suspected_since?: string | null
}

const lookEveryMs = 100
/** I8 gives two minutes after the alarm where periods are a minute; those of test sites are a second. */
const turnsWithinMs = 60_000
const returnsWithinMs = 60_000
/** An alarm that comes so much later than it is promised is late, which is a time; one that does not come then never does. */
const lateByMs = 120_000
const periodMs = 1000
/** What goes wrong now turns a component in the second period that is bad from its beginning on. */
const judgedPeriods = 3
/** Ten good periods, the first and the last of which have only begun. */
const greenMs = 8 * periodMs

/**
 * Looks at a site as people outside do while a drill hurts it: at its alarms, and at the files of its public status page
 * from the beginning on. What it sees it writes down by itself, the same for every drill.
 */
export class Witness implements Disposable {
  readonly #site: TestSite
  readonly #report: DrillReport
  readonly #timer: NodeJS.Timeout
  readonly #sightings: Sighting[] = []
  readonly #patienceMs: number
  /** Periods in which the page was published, and the latest one. */
  #periods = 0
  #period = 0

  private constructor(site: TestSite, report: DrillReport, patienceMs: number) {
    this.#patienceMs = patienceMs
    this.#site = site
    this.#report = report
    this.#timer = setInterval(() => this.#look(), lookEveryMs)
  }

  /** Begins to watch; call it before the fault. Gives the site a status page with the standard components. */
  static async beside(site: TestSite, report: DrillReport, patienceMs = returnsWithinMs): Promise<Witness> {
    await site.must('status', 'component', '--standard')
    report.note('status page', 'compressed: periods of 1 s stand for those of a minute')
    return new Witness(site, report, patienceMs)
  }

  /** Waits until a fault is told and the public page has turned, and writes down when, and what was named. */
  async sees(fault: Fault): Promise<void> {
    const { what, since, names, withinMs, component } = fault
    const alarm = await this.#alarmOf(fault)
    const raisedAt = alarm === null ? Number.POSITIVE_INFINITY : Date.parse(alarm.since)
    const took =
      alarm === null ? 'none' : `after ${seconds(raisedAt - since)}: ${alarm.name} ${alarm.subject}`
    const isInTime = raisedAt - since <= withinMs
    const bound = `<= ${seconds(withinMs)}`
    const afterMs = alarm === null ? undefined : raisedAt - since
    this.#report.sight('alarm', `${what}: told`, bound, took, isInTime, 'timed', afterMs)
    const text = alarm === null ? '' : `${alarm.subject}: ${alarm.text}`
    const isNamed = names.test(text)
    const isUnheard = alarm === null ? 'timed' : undefined
    this.#report.sight('cause', `${what}: named`, String(names), text || 'nothing', isNamed, isUnheard)
    if (component !== null) await this.#turns(what, component, { since, raisedAt })
  }

  /**
   * Waits until a component that has turned is no more suspected, which takes ten good periods.
   * @param since when the fault was taken out (ms)
   */
  async returns(what: string, component: string, since: number): Promise<void> {
    const suspected = this.#sightings.some(
      (each) => each.component === component && each.suspectedSince !== null,
    )
    const find = () => {
      const last = this.#last(component)
      return last?.suspectedSince === null && last
    }
    const back = suspected
      ? await waitUntil(`${component} returns`, find, this.#patienceMs, lookEveryMs).catch(() => null)
      : null
    const bound = `by itself, >= ${seconds(greenMs)} after the fault`
    const words = back
      ? `after ${seconds(back.at - since)}`
      : suspected
        ? 'still suspected'
        : 'it never turned'
    const held = back !== null && back.at - since >= greenMs
    this.#report.sight('status', `${what}: ${component} returns`, bound, words, held, 'timed')
  }

  /** The public page says of components that they do well all the time, and in the next three periods too. */
  async stayed(what: string, ...components: readonly string[]): Promise<void> {
    const from = this.#periods
    const missing = () => components.filter((each) => this.#last(each) === undefined)
    const isTold = () => this.#periods >= from + judgedPeriods && missing().length === 0
    const told = await waitUntil('the page goes on', isTold, this.#patienceMs, lookEveryMs).catch(() => false)
    const turned = this.#sightings.find(
      (each) => each.suspectedSince !== null && components.includes(each.component),
    )
    const silence =
      missing().length > 0 ? `nothing of ${missing().join(', ')}` : 'the page is published no more'
    const words = turned
      ? `${turned.component}: ${turned.status}, ${await this.#behind(turned)}`
      : told
        ? 'not suspected'
        : silence
    const bound = `${components.join(', ')} not suspected`
    const held = Boolean(told) && turned === undefined
    const isUntold = turned === undefined && !told ? 'timed' : undefined
    this.#report.sight('status', `${what}: the others`, bound, words, held, isUntold)
  }

  async #alarmOf({ alarm: name, about = /^/, since, withinMs }: Fault): Promise<Alarm | null> {
    const find = async () => {
      const { alarms } = await this.#site.json<{ alarms: Alarm[] }>('alarm', 'list')
      return alarms.find(
        (each) =>
          // A process says what it has open every few seconds, and when it began.
          each.name === name && Date.parse(each.since) >= since - lookEveryMs && about.test(textOf(each)),
      )
    }
    const patience = Math.max(0, since + withinMs - Date.now()) + lateByMs
    return waitUntil(`the alarm ${name}`, find, patience, 500).catch(() => null)
  }

  async #turns(
    what: string,
    component: string,
    { since, raisedAt }: { readonly since: number; readonly raisedAt: number },
  ): Promise<void> {
    const find = () =>
      this.#sightings.find(
        (each) => each.component === component && each.suspectedSince !== null && each.at >= since,
      )
    const found = await waitUntil(`${component} turns`, find, turnsWithinMs, lookEveryMs).catch(() => null)
    const bound = `${component} suspected <= ${seconds(turnsWithinMs)} after the alarm, from T0 on`
    const from = found?.suspectedSince ?? 0
    // It says when the fault began, not when somebody wrote of it.
    const isTrue = found !== null && from >= since - 1000 && from <= raisedAt + 1000
    const words = found
      ? `${found.status} ${away(found.at - raisedAt)} the alarm, since T0 + ${seconds(from - since)}`
      : 'did not turn'
    const held = isTrue && found !== null && found.at - raisedAt <= turnsWithinMs
    this.#report.sight('status', `${what}: the page turns`, bound, words, held, 'timed')
  }

  /** What may have turned a component: alarms that stand for it, and tries of ours, which it counts itself. */
  async #behind({ component }: Sighting): Promise<string> {
    const { alarms } = await this.#site.json<{ alarms: Alarm[] }>('alarm', 'list')
    const told = alarms.filter(
      ({ name }) => name === 'probe-fails' || publicFaults[name]?.component === component,
    )
    return told.map((each) => `${each.name} ${textOf(each)} (since ${each.since})`).join('; ') || 'no alarm'
  }

  #last(component: string): Sighting | undefined {
    return this.#sightings.findLast((each) => each.component === component)
  }

  /** Takes down what the published page says anew. */
  #look(): void {
    const page = join(this.#site.folder, 'data', 'status')
    const period = Math.floor(publishedAt(join(page, 'published.json')) / periodMs)
    if (period > this.#period) this.#periods += 1
    this.#period = Math.max(period, this.#period)
    for (const { id, status, suspected_since: suspected } of readComponents(
      join(page, 'api', 'v2', 'components.json'),
    )) {
      const suspectedSince = suspected ? Date.parse(suspected) : null
      const before = this.#last(id)
      if (before?.status === status && before.suspectedSince === suspectedSince) continue
      this.#sightings.push({ at: Date.now(), component: id, status, suspectedSince })
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
/** Another alarm of the same fault may have come first. */
const away = (ms: number) => `${seconds(Math.abs(ms))} ${ms < 0 ? 'before' : 'after'}`
const textOf = ({ subject, text }: Alarm) => `${subject}: ${text}`

/** 0: nothing is published yet. */
const publishedAt = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0

/** None: nothing is published yet, or the site is gone. */
function readComponents(path: string): readonly PublishedComponent[] {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { components: PublishedComponent[] }).components
  } catch {
    return []
  }
}
