import type { Tenant } from '#services/directory/directory-store.ts'
import { type AskedManager, managersFor } from './managers-for.ts'
import { listPeopleAsked } from './people-asked.ts'
import { readReviewSettings } from './review-settings.ts'
import type { AskedGroup, ReviewStore } from './review-store.ts'
import { nextReviewAt } from './review-times.ts'

/** Says to a manager how many people wait for an answer of his. */
export interface AskedMail {
  readonly manager: AskedManager
  readonly requests: number
  readonly reports: number
  /** Since when the longest waits. */
  readonly oldestAt: number
}

export interface TellManagersParts {
  readonly readReview: Pick<ReviewStore, 'askedGroups' | 'askedManagers' | 'askedOf'>
  readonly tenants: () => Promise<Tenant[]>
  /** Settings in force for an address, from the last good snapshot. @throws Error while there is none */
  readonly settingsOf: (address: string) => Readonly<Record<string, string>>
  /** Address of the console as people reach it; empty: they cannot, and no mail makes sense. */
  readonly pageUrl: () => string
  /** Sends it, and notes in the same transaction that the manager is told. */
  readonly send: (mail: AskedMail) => Promise<void>
  readonly now: () => number
}

/** A report has the time at which it came, and stands in the list when its mail has been judged: so much later at most. */
const lateMs = 120_000
/** Who still waits is told of again after so long. */
const againMs = 86_400_000

interface Told {
  readonly manager: AskedManager
  readonly groups: AskedGroup[]
  isDue: boolean
}

/**
 * Tells managers by mail that people wait for an answer: at the times of review mails, once for all who came since the
 * last one, and once a day while somebody still waits. It settles what it tells in one transaction, so a restart
 * doubles nothing.
 */
export async function tellManagers(parts: TellManagersParts): Promise<void> {
  const { readReview, tenants, pageUrl, send } = parts
  if (pageUrl() === '') return
  const groups = await readReview.askedGroups()
  if (groups.length === 0) return
  const [managers, tree] = [await readReview.askedManagers(), await tenants()]
  const find = managersFor(managers, tree)
  const told = new Map<string, Told>()
  const tell = (manager: AskedManager, group: AskedGroup) => {
    const settings = readReviewSettings(parts.settingsOf(`@${group.domain}`))
    if (!settings.tellsManagers) return
    const his = told.get(manager.id) ?? { manager, groups: [], isDue: false }
    told.set(manager.id, his)
    his.groups.push(group)
    const at = parts.now()
    his.isDue ||= nextReviewAt(settings.times, newsSince(group, manager), at) <= at
  }
  for (const group of groups) for (const manager of find(group.tenant, group.domain)) tell(manager, group)
  // Whose people have nobody new is asked about once a day: this round comes every few seconds.
  const now = parts.now()
  const isNews = (group: AskedGroup, manager: AskedManager) => newsSince(group, manager) <= now
  for (const each of await listPeopleAsked(readReview, managers, tree, groups, isNews))
    tell(each.manager, each.group)
  const failures: unknown[] = []
  for (const { manager, groups: his, isDue } of told.values())
    if (isDue) await send({ manager, ...sumOf(his) }).catch((cause: unknown) => failures.push(cause))
  // One mail that cannot be sent holds up nobody else's, and is told of.
  if (failures.length > 0) throw failures[0]
}

/** What he was told of waits a day; who came since then, or may have been late for it, is told of at the next time. */
function newsSince({ newestAt }: AskedGroup, { mailedAt }: AskedManager): number {
  if (mailedAt === null) return 0
  return newestAt > mailedAt - lateMs ? mailedAt : mailedAt + againMs
}

function sumOf(groups: readonly AskedGroup[]): Omit<AskedMail, 'manager'> {
  return {
    requests: groups.reduce((sum, each) => sum + each.requests, 0),
    reports: groups.reduce((sum, each) => sum + each.reports, 0),
    oldestAt: Math.min(...groups.map((each) => each.oldestAt)),
  }
}
