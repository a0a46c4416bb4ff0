import { utcWords } from '#ground/platform/utc-words.ts'
import { placeOf } from './incident-link.ts'
import { escapeMarkup, spanWords } from './markup.ts'
import { besideOf } from './render-upstream.ts'
import { endOf, overrunOf, phaseOf, type StatusState } from './status-state.ts'
import type { StatusIncident, StatusUpdate, Touched } from './status-store.ts'

/** Tells incidents one by one, as long as there is room. */
export class Story {
  readonly #state: StatusState
  readonly #now: number
  #room: number
  left = 0

  /** @param room octets that all of them may take */
  constructor(state: StatusState, now: number, room: number) {
    this.#state = state
    this.#now = now
    this.#room = room
  }

  tell(incident: StatusIncident): string {
    const text = articleOf(incident, this.#state, this.#now)
    const size = Buffer.byteLength(text)
    if (size > this.#room) {
      this.left += 1
      return ''
    }
    this.#room -= size
    return text
  }
}

function articleOf(incident: StatusIncident, state: StatusState, now: number): string {
  const { id, name, updates, postmortem } = incident
  // The newest first, and of long ones the newest and the first.
  const shown = updates.length > 12 ? [...updates.slice(0, 1), ...updates.slice(-11)] : updates
  const whole = postmortem ? `<p><a href="${placeOf(incident)}">The postmortem as a whole</a></p>` : ''
  return `<article id="${escapeMarkup(id)}"><h3>${escapeMarkup(name)}</h3>
${storyOf({ ...incident, updates: shown }, state, now, whole)}</article>
`
}

/** What it was, in a line, and its updates, the newest first. @param beside markup that stands between both */
export function storyOf(incident: StatusIncident, state: StatusState, now: number, beside = ''): string {
  const measured = state.upstream?.find((each) => each.id === incident.id)
  const posts = incident.updates.toReversed().map(postOf)
  return `<p class="soft">${escapeMarkup(factsOf(incident, state, now).join('; '))}</p>${measured ? besideOf(measured) : ''}${beside}<ol class="posts">${posts.join('\n')}</ol>`
}

function factsOf(incident: StatusIncident, { components: known }: StatusState, now: number): string[] {
  const { kind, impact, isUpstream, isShortNotice, touched, components, createdAt } = incident
  const { noticedAt = createdAt } = incident
  const end = endOf(incident, now)
  const overrun = overrunOf(incident, now)
  const names = new Map(known.map((each) => [each.id, each.name]))
  const hit = components.flatMap((each) => names.get(each.id) ?? []).join(', ')
  const isLate = kind === 'incident' && end !== null && createdAt >= end && createdAt > incident.startedAt
  return [
    kind === 'maintenance'
      ? `${utcWords(incident.from ?? 0)} to ${utcWords(incident.until ?? 0)}`
      : `${utcWords(incident.startedAt)}${end === null ? ', not over' : ` to ${utcWords(end)}`}`,
    phaseOf(incident, now).replace('_', ' '),
    ...(kind === 'maintenance'
      ? [`expected impact ${incident.expectedImpact ?? 'none'}`]
      : impact === 'none'
        ? []
        : [`impact ${impact}`]),
    ...(isShortNotice
      ? [`announced at short notice, ${spanWords((incident.from ?? noticedAt) - noticedAt)} ahead`]
      : []),
    ...(touched ? [touchedWords(touched, end !== null)] : []),
    ...(overrun > 0 ? [`longer than planned by ${spanWords(overrun)}`] : []),
    ...(isUpstream ? ['the fault of another provider'] : []),
    ...(isLate ? [`reported afterwards, ${spanWords(createdAt - (end ?? createdAt))} after its end`] : []),
    ...(hit === '' ? [] : [`affects ${hit}`]),
  ]
}

/**
 * How many of how many, and how late; of what was not counted to its end there is no share, and of one that is not over mail
 * that waits counts with the time that it has waited so far.
 */
function touchedWords({ affected, all, isExact, delays }: Touched, isOver: boolean): string {
  const share = all === 0 ? 0 : (100 * affected) / all
  const many = isExact
    ? `${affected} of ${all} deliveries and refusals touched (${share.toFixed(1)} %)`
    : `at least ${affected} deliveries and refusals touched`
  if (delays === undefined) return many
  const { p50, p95, max } = delays
  return `${many}: ${isOver ? '' : 'so far '}half of them took up to ${delayWords(p50)}, 95 % up to ${delayWords(p95)}, the longest ${delayWords(max)}`
}

function delayWords(ms: number): string {
  return ms < 120_000 ? `${Math.ceil(ms / 1000)} s` : spanWords(ms)
}

function postOf(update: StatusUpdate): string {
  const { state, at, text, unaffected, todo, nextAt } = update
  const more = [
    ...(unaffected ? [`<dt>Not affected</dt><dd>${linesOf(unaffected)}</dd>`] : []),
    ...(todo ? [`<dt>What you have to do</dt><dd>${linesOf(todo)}</dd>`] : []),
    ...(nextAt ? [`<dt>Next update</dt><dd>by ${utcWords(nextAt)}</dd>`] : []),
  ]
  return `<li><p><b>${state.replace('_', ' ')}</b> <time datetime="${new Date(at).toISOString()}">${utcWords(at)}</time></p><p>${linesOf(text)}</p>${more.length === 0 ? '' : `<dl>${more.join('')}</dl>`}</li>`
}

function linesOf(text: string): string {
  return escapeMarkup(text).replaceAll('\n', '<br>')
}
