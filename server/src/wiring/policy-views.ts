import { join } from 'node:path'
import type { PolicyChange, PolicyPreview, Site } from '#doors/cli/site.ts'
import type { Finding } from '#flow/inspection/check.ts'
import { decide, type VerdictPolicy } from '#flow/inspection/verdict.ts'
import { readVerdictPolicy } from '#flow/inspection/verdict-policy.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { inheritSettings } from '#ground/platform/inherit-settings.ts'
import { SnapshotBook } from '#ground/storage/snapshot/snapshot-book.ts'
import type { DirectoryStore } from '#services/directory/directory-store.ts'
import type { HeldStore } from '#services/held/held-store.ts'
import type { LedgerStore } from '#services/ledger/ledger-store.ts'
import type { RetentionStore } from '#services/ledger/retention-store.ts'
import type { PolicyStore } from '#services/policy/policy-store.ts'
import type { QuarantineStore } from '#services/quarantine/quarantine-store.ts'
import { createLeavingCount } from './leaving-count.ts'

type Views = Pick<Site, 'levelsOf' | 'previewPolicy' | 'countLeaving'>

const page = 1000
/** Deliveries looked at; a preview is an estimate, and no reason to read the whole ledger. */
const mostDeliveries = 20_000
const mostSamples = 20

/** Where it is read what a change of policy would do. */
export interface PolicyReads {
  readonly policy: PolicyStore
  readonly ledger: LedgerStore
  readonly quarantine: QuarantineStore
  readonly retention: RetentionStore
  readonly held: HeldStore
  readonly directory: DirectoryStore
}

/** What settings at all levels come to, for commands that show them and try others. */
export function createPolicyViews(folder: string, config: Config, { ledger, ...reads }: PolicyReads): Views {
  const withBook = async <Answer>(work: (book: SnapshotBook) => Promise<Answer>): Promise<Answer> => {
    const book = new SnapshotBook(join(folder, 'directory'))
    try {
      return await work(book)
    } finally {
      book.close()
    }
  }
  return {
    levelsOf: (address) => withBook(async (book) => book.levelsOf(address)),
    previewPolicy: (change) => withBook((book) => preview(change, book, reads.policy, ledger)),
    countLeaving: createLeavingCount(folder, reads, config),
  }
}

async function preview(
  change: PolicyChange,
  book: SnapshotBook,
  store: PolicyStore,
  ledger: LedgerStore,
): Promise<PolicyPreview> {
  const policies = new Map<string, readonly [VerdictPolicy, VerdictPolicy]>()
  const policiesOf = async (levels: readonly string[]) => {
    const key = levels.join(' ')
    const known =
      policies.get(key) ??
      ([await policyOf(levels, store, null), await policyOf(levels, store, change)] as const)
    policies.set(key, known)
    return known
  }
  const found: PolicyPreview = { deliveries: 0, changed: [], more: 0, isCut: false }
  const query = {
    since: change.since,
    until: Date.now(),
    kind: 'accepted',
    ...(change.tenant !== undefined && { tenant: change.tenant }),
  }
  for (let after: string | null = ''; after !== null; ) {
    const { lines, next } = await ledger.affected(query, after, page)
    for (const { messageId, rcptTo } of lines) {
      const levels = book.levelsOf(rcptTo)
      if (!levels.includes(change.scope)) continue
      const traced = await ledger.read(messageId)
      if (traced?.kind !== 'message') continue
      found.deliveries += 1
      const findings = traced.explanation.findings as readonly Finding[]
      const [before, then] = (await policiesOf(levels)).map((each) => decide(findings, each, rcptTo))
      if (!before || !then || before.disposition === then.disposition) continue
      if (found.changed.length < mostSamples)
        found.changed.push({
          message: messageId,
          recipient: rcptTo,
          subject: traced.subject,
          before: `${before.disposition} (${before.score})`,
          after: `${then.disposition} (${then.score})`,
        })
      else found.more += 1
    }
    after = found.deliveries >= mostDeliveries ? null : next
    found.isCut = found.deliveries >= mostDeliveries && next !== null
  }
  return found
}

/** The policy at the end of a chain of levels; with a change as if it had been made. */
async function policyOf(
  levels: readonly string[],
  store: PolicyStore,
  change: PolicyChange | null,
): Promise<VerdictPolicy> {
  const chain = []
  for (const scope of levels) {
    const { settings, locked } = (await store.settingsOf(scope)) ?? { settings: {}, locked: [] }
    const { [change?.name ?? '']: _old, ...others } = settings
    if (scope !== change?.scope) chain.push({ settings, locked })
    else
      chain.push({
        settings: change.value === null ? others : { ...others, [change.name]: change.value },
        locked,
      })
  }
  return readVerdictPolicy(inheritSettings(chain))
}
