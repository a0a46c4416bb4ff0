import type { UpstreamFault } from '#services/upstream/upstream-faults.ts'
import type { FeedView } from '#services/upstream/upstream-views.ts'
import { clip } from './clip.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const shownMs = 30 * 86_400_000

const list: SiteCommand = {
  name: 'list',
  summary: 'lists faults of receivers and providers, and what these say of themselves',
  help: `Usage: mailkeep upstream list
Lists faults of others that our own deliveries have met, open ones and those of the last 30 days: begin and end are
those of our deliveries. Below it each provider of upstream.feeds: what it says, beside our deliveries of the last hour.
A feed that is silent is unknown. Exit code 0: no fault lasts. 1: one does.`,
  options: {},
  async run(site, _given, out) {
    const now = Date.now()
    const { faults, feeds } = await site.upstream.view(now - shownMs, now)
    const text = [
      faults.length === 0
        ? 'Our deliveries have met no fault of others.'
        : table(['incident', 'provider', 'began', 'ended', 'it says'], faults.map(rowOf)),
      feeds.length === 0
        ? 'No status page of a provider is looked at (upstream.feeds).'
        : table(['provider', 'feed', 'says now', 'our deliveries, last hour'], feeds.map(feedRow)),
    ]
    out.answer({ faults, feeds }, text.join('\n\n'))
    return faults.some((each) => each.endedAt === null) ? 1 : 0
  },
}

function rowOf(fault: UpstreamFault): string[] {
  const { incident, provider, hop, startedAt, endedAt } = fault
  const end = endedAt === null ? 'lasts' : localTime(endedAt)
  return [incident, clip(provider ?? hop, 30), localTime(startedAt), end, clip(theirWords(fault), 60)]
}

/** What a provider says of the time of a fault; that it is silent is not that it is well. */
export function theirWords({ provider, theirs, silentSince }: UpstreamFault): string {
  if (provider === null) return 'no feed is named for it'
  if (theirs[0]) return `${theirs[0].name} (since ${localTime(theirs[0].startedAt)})`
  return silentSince === null ? 'nothing' : `unknown: silent since ${localTime(silentSince)}`
}

function feedRow({ name, state, silentSince, incidents, own }: FeedView): string[] {
  const open = incidents.filter((each) => each.endedAt === null)
  const feed = silentSince === null ? 'answers' : `unknown: ${state?.fault || 'not asked yet'}`
  const says = silentSince !== null ? '-' : open.map((each) => each.name).join('; ') || 'no fault'
  const deliveries =
    own.tries === 0 ? 'unknown: none was tried' : `${own.deferred} of ${own.tries} tries put off`
  return [clip(name, 30), clip(feed, 60), clip(says, 60), deliveries]
}

/** `./mailkeep upstream`. */
export const command: GroupCommand = {
  name: 'upstream',
  summary: 'faults of receivers and providers, by our own deliveries',
  verbs: [list],
}
