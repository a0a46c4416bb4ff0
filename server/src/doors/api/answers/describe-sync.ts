import type { SyncLine, SyncNoticeList, SyncRow, SyncRun, SyncSource } from '@mailkeep/contract'
import { scimAddress } from '#services/sync/scim/scim-schemas.ts'
import type { ScimToken } from '#services/sync/scim/scim-store.ts'
import { syncFaults } from '#services/sync/sync-fault.ts'
import type {
  SyncRun as KeptRun,
  SyncSource as KeptSource,
  NumberedLine,
  SyncedRow,
  SyncNotice,
} from '#services/sync/sync-store.ts'
import { moment, momentOrNull } from './moment.ts'

/** What there is of a source beside what is kept of it. */
export interface AboutSource {
  readonly people: number
  readonly tokens: readonly ScimToken[]
  /** Address of the console. */
  readonly pageUrl: string
}

/** A source as the outside sees it: never with its secret. */
export function describeSource(source: KeptSource, { people, tokens, pageUrl }: AboutSource): SyncSource {
  const { id, tenant, name, kind, domains, takesOver, secret, fileBytes, isRunning, fault } = source
  return {
    id,
    tenant,
    name,
    kind,
    settings: source.settings,
    domains: domains && [...domains],
    takesOver,
    hasSecret: secret !== '',
    fileBytes,
    pushAddress: kind === 'scim' ? scimAddress(pageUrl) : null,
    tokens: tokens.map((each) => ({
      id: each.id,
      createdAt: moment(each.createdAt),
      createdBy: each.createdBy,
      usedAt: momentOrNull(each.usedAt),
    })),
    state: stateOf(source),
    isRunning,
    people,
    createdAt: moment(source.createdAt),
    createdBy: source.createdBy,
    dueAt: momentOrNull(source.dueAt),
    goodAt: momentOrNull(source.goodAt),
    fault: fault && {
      ...wordsOf(fault.code),
      detail: fault.detail,
      since: moment(fault.since),
      lastAt: moment(fault.lastAt),
    },
    waitingRun: source.waitingRun,
  }
}

function stateOf({ enabled, previewedRevision, revision, goodAt }: KeptSource): SyncSource['state'] {
  if (enabled) return 'enabled'
  if (previewedRevision === revision) return 'previewed'
  return goodAt === null ? 'draft' : 'disabled'
}

function wordsOf(code: keyof typeof syncFaults) {
  const { what, todo } = syncFaults[code]
  return { code, what, todo }
}

export function describeRun(run: KeptRun): SyncRun {
  const { losses: _losses, ...counts } = run.counts
  return {
    id: run.id,
    source: run.source,
    kind: run.kind,
    state: run.state,
    orderedBy: run.orderedBy,
    confirms: run.confirms,
    queuedAt: moment(run.queuedAt),
    startedAt: momentOrNull(run.startedAt),
    endedAt: momentOrNull(run.endedAt),
    counts,
    fault: run.fault && { ...wordsOf(run.fault.code), detail: run.fault.detail },
  }
}

export function describeLine({ n, kind, address, before, after, why }: NumberedLine): SyncLine {
  return { n, kind, address, before: describeRow(before), after: describeRow(after), why }
}

/** Names of strangers are shown cut; they are kept whole. */
const longestShown = 300
const mostGroups = 20

function describeRow(row: SyncedRow | null): SyncRow | null {
  if (row === null) return null
  const { kind, owner, displayName, groups } = row
  return {
    kind,
    owner,
    displayName: displayName.slice(0, longestShown),
    groups: groups.slice(0, mostGroups).map((each) => each.slice(0, longestShown)),
  }
}

export function describeNotice({
  tenant,
  kind,
  code,
  source,
  since,
}: SyncNotice): SyncNoticeList['lines'][number] {
  return { tenant, kind, ...wordsOf(code), source, since: moment(since) }
}
