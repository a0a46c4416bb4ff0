import { utcWords } from '#ground/platform/utc-words.ts'
import { escapeMarkup, spanWords } from './markup.ts'
import { badMinutesOf, measuredShareOf } from './measured-share.ts'
import { type Standing, standingOf } from './standing.ts'
import { daysOf, isFelt, type ShownDay, type StatusState, stateIn } from './status-state.ts'
import type { ComponentState, StatusComponent } from './status-store.ts'

const stateWords: Readonly<Record<ComponentState, string>> = {
  operational: 'operational',
  under_maintenance: 'under maintenance',
  degraded_performance: 'degraded performance',
  partial_outage: 'partial outage',
  major_outage: 'major outage',
}

/** Days that are named beside the bars of a component; the feeds have all of them. */
const namedDays = 8

/** Components in the order of the page, each with its parts, its state and the bars of its days. */
export function renderComponents(state: StatusState, now: number): string {
  const known = new Set(state.components.map((each) => each.id))
  const tops = state.components.filter((each) => !each.parent || !known.has(each.parent))
  return tops.map((each) => componentOf(each, state, now)).join('\n')
}

function componentOf(component: StatusComponent, state: StatusState, now: number): string {
  const { id, name, description } = component
  const parts = state.components.filter((each) => each.parent === id)
  const partTexts = parts.map((each) => componentOf(each, state, now))
  const isByHand = parts.length === 0 && (component.probes ?? []).length === 0
  const text = description === '' ? '' : `<p class="soft">${escapeMarkup(description)}</p>`
  // A whole without probes of its own has no days of its own beside those of its parts, unless they were told of.
  const days = daysOf(id, state.incidents, now, state.days)
  const hasDays = parts.length === 0 || days.some((each) => each.state !== null)
  return `<li><div class="line"><h3>${escapeMarkup(name)}</h3>${markOf(standingOf(component, state, now), isByHand, now)}</div>
${text}${hasDays ? barsOf(days, state, id, now) : ''}${partTexts.length === 0 ? '' : `<ul class="parts">\n${partTexts.join('\n')}\n</ul>`}</li>`
}

function markOf(standing: Standing, isByHand: boolean, now: number): string {
  const { state, basis, since, unmeasuredSince } = standing
  if (state === null) return ` <span class="state unknown">${unknownWords(since, isByHand, now)}</span>`
  if (basis !== 'suspected') return ` <span class="state ${state}">${stateWords[state]}</span>`
  const silence =
    unmeasuredSince === undefined
      ? ''
      : `; not measured any more since ${utcWords(unmeasuredSince)}, ${spanWords(now - unmeasuredSince)}`
  return ` <span class="state ${state}">suspected: ${stateWords[state]}${extentOf(standing)}, measured since ${utcWords(since ?? now)}${silence}; nobody has confirmed it yet. You need not do anything.</span>`
}

function unknownWords(since: number | null, isByHand: boolean, now: number): string {
  if (isByHand) return 'no fault is told; nothing measures it'
  if (since === null) return 'not measured'
  return `unknown: not measured since ${utcWords(since)}, ${spanWords(now - since)}`
}

/** Which mail it hits and how much of it, as far as that is measured. */
function extentOf({ direction, share }: Standing): string {
  const mail = { inbound: ' of incoming mail', outbound: ' of outgoing mail' }
  const part = share === undefined ? '' : `, ${Math.round(share * 100)} % of it`
  return direction === undefined ? '' : `${mail[direction]}${part}`
}

/** Days beside each other with the same state are one dashed line, a dash a day: a quiet component takes no room. */
function barsOf(days: readonly ShownDay[], state: StatusState, id: string, now: number): string {
  const paths = new Map<string, string>()
  for (let n = 0; n < days.length; ) {
    const kind = days[n]?.state ?? 'unmeasured'
    let end = n
    while (end < days.length && (days[end]?.state ?? 'unmeasured') === kind) end += 1
    paths.set(kind, `${paths.get(kind) ?? ''}M${n * 4} 12h${(end - n) * 4}`)
    n = end
  }
  const shapes = [...paths].map(([kind, path]) => `<path class="${kind}" d="${path}"/>`)
  const told = wordsOf(days, state, id, now)
  return `<svg class="days" viewBox="0 0 ${days.length * 4} 24" preserveAspectRatio="none" aria-hidden="true">${shapes.join('')}</svg>
<p class="soft">${told}</p>`
}

/** The same as the bars, in words that everybody sees. */
function wordsOf(days: readonly ShownDay[], { incidents }: StatusState, id: string, now: number): string {
  const missing = days.filter((each) => each.state === null).length
  const bad = days.filter((each) => each.state !== null && each.state !== 'operational')
  const named = bad
    .slice(-namedDays)
    .toReversed()
    .map((each) => `${each.day} ${stateWords[each.state ?? 'operational']}${lengthOf(each)}`)
  const isOn = incidents.some(
    (each) => each.isUpstream && isFelt(each, now) && stateIn(each, id) !== 'operational',
  )
  return [
    ...sumOf(days),
    missing === days.length ? 'No day measured or told of' : `${missing} days not measured`,
    ...named,
    ...(bad.length > namedDays ? [`${bad.length - namedDays} more days with faults`] : []),
    ...(isOn ? ['a fault of another provider is on'] : []),
  ].join('; ')
}

function lengthOf(day: ShownDay): string {
  const length = badMinutesOf(day)
  return length === 0 ? '' : ` ${length} min`
}

function sumOf(days: readonly ShownDay[]): string[] {
  const share = measuredShareOf(days)
  return share === null ? [] : [`${share.percent} % of ${share.minutes} measured minutes`]
}
