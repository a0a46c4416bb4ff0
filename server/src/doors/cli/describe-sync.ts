import type { ScimToken } from '#services/sync/scim/scim-store.ts'
import { syncFaults } from '#services/sync/sync-fault.ts'
import type { NumberedLine, SyncRun, SyncSource } from '#services/sync/sync-store.ts'
import { clip } from './clip.ts'
import { counted } from './counted.ts'
import { localTime } from './local-time.ts'
import { table } from './table.ts'

/** Sources as a table. */
export function describeSources(sources: readonly SyncSource[]): string {
  if (sources.length === 0) return 'There are no sources; "mailkeep sync add" adds one.'
  const rows = sources.map((each) => [
    each.id,
    clip(each.tenant, 16),
    each.kind,
    clip(each.name, 24),
    each.enabled ? 'enabled' : 'off',
    localTime(each.goodAt),
    each.waitingRun === null ? (each.fault?.code ?? '') : 'a loss waits',
  ])
  return table(['source', 'tenant', 'kind', 'name', 'state', 'last good run', 'trouble'], rows)
}

/** A source with its last runs. */
export function describeSource(
  source: SyncSource,
  runs: readonly SyncRun[],
  people: number,
  tokens: readonly Omit<ScimToken, 'hash'>[],
): string {
  const { fault, waitingRun } = source
  const trouble = fault
    ? [
        `trouble     ${syncFaults[fault.code].what}, since ${localTime(fault.since)}`,
        `            ${clip(fault.detail, 100)}`,
        `to do       ${syncFaults[fault.code].todo}`,
      ]
    : []
  return [
    `source      ${source.id} ${clip(source.name, 60)} (${source.kind})`,
    `tenant      ${source.tenant}`,
    `domains     ${source.domains?.join(', ') ?? 'all of the tenant'}`,
    `state       ${source.enabled ? `enabled, next run ${localTime(source.dueAt)}` : 'off'}`,
    `people      ${counted(people, 'person or alias', 'people and aliases')}`,
    `last good   ${localTime(source.goodAt)}`,
    ...trouble,
    ...(waitingRun === null
      ? []
      : [`waiting     a loss, by run ${waitingRun}; mailkeep sync confirm ${source.id}`]),
    ...tokens.map(
      ({ id, createdAt, usedAt }) =>
        `token       ${id}, made ${localTime(createdAt)}, last used ${usedAt === null ? 'never' : localTime(usedAt)}`,
    ),
    '',
    table(
      ['run', 'kind', 'state', 'at', 'added', 'changed', 'removed', 'by'],
      runs.map((each) => [
        each.id,
        each.kind,
        each.fault?.code ?? each.state,
        localTime(each.endedAt ?? each.queuedAt),
        String(each.counts.add),
        String(each.counts.change),
        String(each.counts.remove),
        clip(each.orderedBy, 24),
      ]),
    ),
  ].join('\n')
}

/** What a run came to, in a sentence or two. */
export function describeRun({ kind, state, counts, fault, source }: SyncRun): string {
  if (fault) {
    const { what, todo } = syncFaults[fault.code]
    return `The ${kind} failed and has changed nothing: ${what}: ${clip(fault.detail, 200)}\n${todo}`
  }
  const { add, change, remove, take, unchanged, kept, skipped, found } = counts
  if (kind === 'test') return `It can be read; its first ${counted(found, 'person', 'people')}:`
  const would = kind === 'preview' ? 'would be ' : ''
  const sum = `${counted(found, 'person', 'people')} found: ${add} ${would}added, ${change} changed, ${remove} removed, ${take} taken over; ${unchanged} as they are, ${kept} left alone, ${skipped} skipped.`
  if (state !== 'waiting') return sum
  return `${sum}\nNothing was done: that many removals wait until "mailkeep sync confirm ${source}".`
}

/** Lines of a run as a table. */
export function linesOf(lines: readonly NumberedLine[]): string {
  const rows = lines.map(({ kind, address, before, after, why }) => {
    const row = after ?? before
    const is = row?.kind === 'alias' ? `alias of ${row.owner}` : (row?.displayName ?? '')
    return [kind, clip(address, 44), clip(is, 40), clip(why || (row?.groups.join(', ') ?? ''), 30)]
  })
  return table(['what', 'address', 'is', ''], rows)
}
