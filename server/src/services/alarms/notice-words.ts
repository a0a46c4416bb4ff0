import { kindOf, type Severity, severities } from '#ground/platform/alarm-kinds.ts'
import { severityOf } from './due-tellings.ts'
import type { Notice, NoticeLine } from './notice-store.ts'

/** What a message about a notice is: the first, more of the same, that it is over, or that something was wrong. */
export type NoticeNews = 'raised' | 'update' | 'over' | 'wrong'

export interface IncidentName {
  readonly id: string
  readonly name: string
}

/** What stands for itself and is no alarm; a cause of its own says which. */
export type ApartCause = 'test' | 'drill' | 'ended'

/** A notice as people and programs are told of it, the same in every form. */
export interface NoticeWords {
  readonly notice: string
  readonly news: NoticeNews
  /** Whether it tells of alarms, or is a test, or tells of a drill, or says that a subscription has ended. */
  readonly about: 'alarms' | ApartCause
  /** One line that says it all: what, how much, the worst groups. */
  readonly headline: string
  readonly severity: Severity
  /** Whose alarms they are, as the subscription says it. */
  readonly scope: string
  /** Part of the site that the worst of them comes from. */
  readonly part: string
  readonly name: string
  readonly source: string
  readonly since: number
  /** Kinds with how many of each are meant, without those that were wrong while others go on; the worst first, then the most. */
  readonly groups: readonly {
    readonly name: string
    readonly count: number
    readonly subjects: readonly string[]
  }[]
  /**
   * What is meant: open ones, behind those that were told and were wrong; at the end all of them; of a correction those
   * that were wrong. The worst first.
   */
  readonly lines: readonly NoticeLine[]
  /** How many have ended of those that have been told, where others go on. */
  readonly ended: number
  readonly incidents: readonly (IncidentName & { readonly url: string })[]
  /** Where all of it is listed; empty: the console has no address. */
  readonly url: string
  /** Where it is acknowledged; empty: that is done already, or it is over. */
  readonly ackUrl: string
}

export interface WordsGiven {
  readonly notice: Notice
  readonly scope: string
  /** What the target has been told so far; 0: nothing. */
  readonly toldRevision: number
  readonly secret: string
  /** Address of the console; empty: it has none. */
  readonly consoleUrl: string
  readonly incidentOf: (line: NoticeLine) => IncidentName | null
}

const subjectsNamed = 5
const groupsNamed = 3
const rankOf = ({ name }: { readonly name: string }) => severities.indexOf(kindOf(name).severity)

/** Says what there is to tell about a notice to somebody who knows it up to a revision. */
export function wordsOf(given: WordsGiven): NoticeWords {
  const { notice, scope, secret, consoleUrl } = given
  const news = newsOf(notice, given.toldRevision)
  const lines = linesOf(notice, given.toldRevision, news)
  // Where one was wrong and others go on, it is those that say how bad it is.
  const goingOn = news === 'update' ? lines.filter((each) => each.state === 'open') : lines
  const groups = groupsOf(goingOn)
  const [worst] = goingOn
  const base = consoleUrl.replace(/\/$/, '')
  const canAck = base !== '' && notice.ackedAt === null && notice.endedAt === null && news !== 'wrong'
  return {
    ...{ notice: notice.id, news, about: aboutOf(notice), scope, groups, lines },
    headline:
      notice.cause === 'ended'
        ? `Alarms of ${scope} are told here no more`
        : headlineOf(news, lines, groups, notice),
    severity: severityOf(goingOn.length > 0 ? { lines: goingOn } : notice),
    part: kindOf(worst?.name ?? '').part,
    ...{ name: worst?.name ?? '', source: worst?.subject ?? '' },
    since: goingOn.length === 0 ? notice.openedAt : Math.min(...goingOn.map((each) => each.since)),
    ended: notice.endedAt === null ? notice.lines.filter((each) => each.state === 'over').length : 0,
    incidents: incidentsOf(lines, given, base),
    url: base === '' ? '' : `${base}/alarms/notices/${notice.id}`,
    ackUrl: canAck ? `${base}/alarms/acknowledge/${secret}` : '',
  }
}

function aboutOf({ cause }: Notice): NoticeWords['about'] {
  return cause === 'test' || cause === 'drill' || cause === 'ended' ? cause : 'alarms'
}

/** What closes a conversation is said only where nothing of it is open any more. */
function newsOf({ lines }: Notice, told: number): NoticeNews {
  if (lines.some((each) => each.state === 'open')) return told === 0 ? 'raised' : 'update'
  if (lines.length === 0) return 'over'
  const isWrong =
    lines.some((each) => isNewlyWrong(each, told)) || lines.every((each) => each.state === 'wrong')
  return isWrong ? 'wrong' : 'over'
}

/** It was told, and has turned out to be wrong since. */
const isNewlyWrong = ({ state, endedAt, raisedAt }: NoticeLine, told: number) =>
  state === 'wrong' && (endedAt ?? 0) > told && raisedAt <= told

function linesOf({ lines }: Notice, told: number, news: NoticeNews): NoticeLine[] {
  const meant = {
    raised: (each: NoticeLine) => each.state === 'open',
    update: (each: NoticeLine) => each.state === 'open' || isNewlyWrong(each, told),
    over: (each: NoticeLine) => each.state === 'over',
    wrong: (each: NoticeLine) => each.state === 'wrong' && (each.endedAt ?? 0) > told,
  }[news]
  return lines
    .filter(meant)
    .sort(
      (a, b) =>
        Number(b.state === 'wrong') - Number(a.state === 'wrong') ||
        rankOf(a) - rankOf(b) ||
        a.since - b.since,
    )
}

/** The one that somebody has to get up for stands before forty that can wait. */
function groupsOf(lines: readonly NoticeLine[]): NoticeWords['groups'] {
  return [...Map.groupBy(lines, (each) => each.name)]
    .map(([name, of]) => ({
      ...{ name, count: of.length },
      subjects: of.slice(0, subjectsNamed).map((each) => each.subject),
    }))
    .sort((a, b) => rankOf(a) - rankOf(b) || b.count - a.count)
}

const heads: Readonly<Record<NoticeNews, string>> = {
  raised: 'Alarm',
  update: 'More alarms',
  over: 'Over',
  wrong: 'Wrong alarm',
}

function headlineOf(
  news: NoticeNews,
  lines: readonly NoticeLine[],
  groups: NoticeWords['groups'],
  { cause }: Pick<Notice, 'cause'>,
): string {
  if (cause === 'test') return 'Test alarm: this is only a test'
  if (cause === 'drill') return 'Drill, no alarm: a fault that was made on purpose is noticed'
  const wrong = news === 'update' ? lines.filter((each) => each.state === 'wrong') : []
  if (wrong.length > 0) {
    const open = lines.slice(wrong.length)
    const rest = headlineOf('raised', open, groups, { cause: '' })
    const [only] = wrong
    const what = only && wrong.length === 1 ? `${only.name}, ${only.subject}` : `${wrong.length} alarms`
    return `${heads.wrong}: ${what}; still open: ${rest.replace(/^Alarm: /, '')}`
  }
  // Its alarms have left: they may be open, and are told no more.
  if (lines.length === 0) return `${heads.over}: its alarms are told here no more`
  const [only, ...more] = lines
  if (only && more.length === 0) return `${heads[news]}: ${only.name}, ${only.subject}`
  const named = groups.slice(0, groupsNamed).map((each) => `${each.count} ${each.name}`)
  const rest = groups.slice(groupsNamed).reduce((sum, each) => sum + each.count, 0)
  const counted = [...named, ...(rest > 0 ? [`${rest} others`] : [])].join(', ')
  const first = news === 'raised' ? '' : `${heads[news]}: `
  const quiet = news === 'raised' && cause.startsWith('quiet:') ? ' still open after quiet hours' : ''
  return `${first}${lines.length} alarms${quiet}: ${counted}`
}

function incidentsOf(
  lines: readonly NoticeLine[],
  { incidentOf }: WordsGiven,
  base: string,
): NoticeWords['incidents'] {
  const found = new Map<string, IncidentName>()
  for (const each of lines) {
    const incident = incidentOf(each)
    if (incident) found.set(incident.id, incident)
  }
  return [...found.values()]
    .slice(0, 10)
    .map(({ id, name }) => ({ id, name, url: base === '' ? '' : `${base}/incidents/${id}` }))
}
