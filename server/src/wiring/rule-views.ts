import { join } from 'node:path'
import type { RuleTrial, Site } from '#doors/cli/site.ts'
import { compileRule, RuleStopped } from '#flow/checks/rules/compile-rule.ts'
import { FieldValues } from '#flow/checks/rules/field-values.ts'
import { readRuleText } from '#flow/checks/rules/read-rule.ts'
import type { RuleText } from '#flow/inspection/message-rule.ts'
import { plainSettings } from '#flow/inspection/plain-settings.ts'
import { SearchMemory } from '#ground/patterns/search.ts'
import { SnapshotBook } from '#ground/storage/snapshot/snapshot-book.ts'
import type { TracedMessage } from '#services/ledger/ledger-store.ts'
import type { KeptRule } from '#services/policy/policy-store.ts'
import { findingsOfPage } from './finding-codes.ts'

type Views = Pick<Site, 'checkRule' | 'tryRule' | 'findingCodes'>

/** Longer than in the mail flow, since nobody waits behind it. */
const trialMs = 2000

/** What commands ask of rules: the code that judges mail, asked without any mail being touched. */
export function createRuleViews(
  folder: string,
  readContent: Site['readContent'],
  trace: (id: string) => Promise<TracedMessage | null>,
): Views {
  return {
    checkRule: checkRuleText,
    async tryRule(rule, what) {
      const traced = 'message' in what ? await trace(what.message) : null
      const bytes = 'message' in what ? await readContent(what.message) : what.bytes
      if (bytes === null) return { holds: false, stopped: false, gone: true, recipients: [], ms: 0 }
      const book = new SnapshotBook(join(folder, 'directory'))
      try {
        return await hold(rule, bytes, traced, book)
      } finally {
        book.close()
      }
    },
    findingCodes: () => new Set(findingsOfPage().map(({ code }) => code)),
  }
}

/** Reads a rule and makes its patterns. @throws RuleError that says what is wrong */
export function checkRuleText(value: unknown): RuleText {
  const text = readRuleText(value)
  compileRule(text, new SearchMemory(), () => [])
  return text
}

/** Those recipients of a message whose rule it is. */
function recipientsOf(
  { scope }: KeptRule,
  traced: TracedMessage | null,
  book: SnapshotBook,
): readonly string[] {
  const all = traced?.deliveries.map((each) => each.rcptTo) ?? []
  return all.filter((each) => book.levelsOf(each).includes(scope))
}

async function hold(
  rule: KeptRule,
  bytes: Uint8Array,
  traced: TracedMessage | null,
  book: SnapshotBook,
): Promise<RuleTrial> {
  const rcptTo = recipientsOf(rule, traced, book)
  const { maxMimeDepth: maxDepth, maxMimeParts: maxParts, maxHeaderBytes } = plainSettings
  // Loaded when somebody tries a rule: what reads files of all kinds would lie in the memory of every server.
  const { parseMessage } = await import('#flow/inspection/parse-message.ts')
  const message = await parseMessage({
    id: 'try',
    bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    arrival: {
      ip: traced?.client.ip ?? '',
      helo: traced?.client.helo ?? '',
      mailFrom: traced?.mailFrom ?? '',
      rcptTo,
      receivedAt: traced?.receivedAt ?? 0,
    },
    limits: { maxDepth, maxParts, maxHeaderBytes },
  })
  const values = new FieldValues(message, await message.content(), traced?.explanation.score ?? 0)
  const compiled = compileRule(rule, new SearchMemory(), (address) => book.levelsOf(address))
  const started = performance.now()
  const isOver = () => performance.now() > started + trialMs
  const ms = () => Math.round((performance.now() - started) * 10) / 10
  try {
    const takes = rcptTo.filter((each) => compiled.takes(each, isOver))
    // A file has no recipients: the rest of the rule is asked.
    const holds = (traced === null || takes.length > 0) && compiled.holds(values, isOver)
    return { holds, stopped: false, gone: false, recipients: holds ? takes : [], ms: ms() }
  } catch (cause) {
    if (!(cause instanceof RuleStopped)) throw cause
    return { holds: false, stopped: true, gone: false, recipients: [], ms: ms() }
  }
}
