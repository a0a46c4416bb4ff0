import { utcWords } from '#ground/platform/utc-words.ts'
import { escapeMarkup } from './markup.ts'
import type { StatusState, ToldUpstream } from './status-state.ts'

/** Ended ones that are shown at most. */
const mostPast = 10

/** Faults of providers that nobody has told of by hand: those that last, and those that are over, as parts of the page. */
export function renderUpstream({ upstream = [], incidents }: StatusState): {
  readonly open: readonly string[]
  readonly past: readonly string[]
  /** Octets of all of them. */
  readonly bytes: number
} {
  const untold = upstream.filter((each) => !incidents.some((one) => one.id === each.id))
  const open = untold.filter((each) => each.endedAt === null).slice(0, mostPast)
  const past = untold.filter((each) => each.endedAt !== null).slice(0, mostPast)
  const [openTexts, pastTexts] = [open.map(articleOf), past.map(articleOf)]
  const bytes = [...openTexts, ...pastTexts].reduce((sum, each) => sum + Buffer.byteLength(each), 0)
  return { open: openTexts, past: pastTexts, bytes }
}

function articleOf(fault: ToldUpstream): string {
  const { id, provider, startedAt, endedAt } = fault
  const span = `${utcWords(startedAt)}${endedAt === null ? ', not over' : ` to ${utcWords(endedAt)}`}`
  const words =
    endedAt === null
      ? 'Our service works. It does not take mail as it should; mail for it waits and is tried again, and nobody has to do anything.'
      : 'It did not take mail as it should. Mail for it waited and was tried again.'
  return `<article id="${escapeMarkup(id)}"><h3>${escapeMarkup(provider)}</h3>
<p class="soft">${escapeMarkup(span)}; upstream; begin and end by our own deliveries</p><p>${words}</p>${besideOf(fault)}</article>
`
}

/** What the provider itself says of the same time; that it says nothing is no comfort. */
export function besideOf({ provider, theirs, silentSince }: ToldUpstream): string {
  const said = theirs.map(
    (each) =>
      `${each.name} (${utcWords(each.startedAt)}${each.endedAt === null ? ', no end told' : ` to ${utcWords(each.endedAt)}`})`,
  )
  const words =
    said.length > 0
      ? `${provider} says: ${said.join('; ')}`
      : silentSince === null
        ? `${provider} has not told of it`
        : `What ${provider} says is unknown: its status page has not answered since ${utcWords(silentSince)}`
  return `<p class="soft">${escapeMarkup(words)}.</p>`
}
