import { join } from 'node:path'
import type { PolicyParts } from '#doors/api/policy-parts.ts'
import { ruleWords } from '#flow/checks/rules/read-rule.ts'
import { sensitiveTemplates } from '#flow/checks/rules/sensitive/templates.ts'
import { SnapshotBook } from '#ground/storage/snapshot/snapshot-book.ts'
import type { PolicyBench } from '#services/policy/policy-bench.ts'
import type { Base } from './base.ts'
import { stepLimitsOf } from './candidate-parts.ts'
import { findingsOfPage } from './finding-codes.ts'
import { createLeavingCount } from './leaving-count.ts'
import { checkRuleText } from './rule-views.ts'

/** What the HTTP door needs to show and change policy. */
export function createPolicyParts({ config, folder, stores }: Base, bench: PolicyBench): PolicyParts {
  return {
    store: stores.policy,
    reader: stores.readPolicy,
    bench,
    candidates: stores.candidates,
    readCandidates: stores.readCandidates,
    stepLimits: () => stepLimitsOf(config),
    checkRule: checkRuleText,
    words: { ...ruleWords(), holds: Object.keys(sensitiveTemplates) },
    get findings() {
      return findingsOfPage()
    },
    countLeaving: createLeavingCount(
      folder,
      {
        ...{ policy: stores.readPolicy, directory: stores.directory },
        ...{ quarantine: stores.readQuarantine, retention: stores.retention, held: stores.readHeld },
      },
      config,
    ),
    levelsOf(address) {
      const book = new SnapshotBook(join(folder, 'directory'))
      try {
        return book.levelsOf(address)
      } finally {
        book.close()
      }
    },
  }
}
