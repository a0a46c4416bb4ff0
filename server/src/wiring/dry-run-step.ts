import { decide, type VerdictPolicy } from '#flow/inspection/verdict.ts'
import type { Synchronous } from '#ground/storage/database/synchronous.ts'
import type { AffectedLine, LedgerStore, TracedMessage } from '#services/ledger/ledger-store.ts'
import type { DryRunFound, DryRunOrder, DryRunSample } from '#services/policy/policy-bench.ts'
import { ProposalJudge } from './judge-proposal.ts'
import { ProposedBook, policyAt } from './proposed-book.ts'
import { arrivalOf, type BenchSite, parse } from './try-message.ts'

export interface DryRunSite extends BenchSite {
  readonly ledger: Pick<Synchronous<LedgerStore>, 'affected'>
}

/** Deliveries of one step: its answer comes within a moment, and others have a turn. */
const stepSize = 250
/** A dry run is an estimate, and no reason to read the whole ledger. */
const mostDeliveries = 20_000
const mostSamples = 25
const mostTenants = 1000
/** Content that is opened for a dry run is no larger than this; what is larger is not judged. */
const largestContent = 20 << 20

type Counting = { -readonly [Key in keyof DryRunFound]: DryRunFound[Key] }

/** Judges the next stretch of the mail of late by a proposal, and adds what comes out to what was found before. */
export async function dryRunStep(
  site: DryRunSite,
  order: DryRunOrder,
  after: string,
  before: DryRunFound,
): Promise<{ readonly found: DryRunFound; readonly next: string | null; readonly looked: number }> {
  const { since, until, tenant, proposal } = order
  const query = { since, until, kind: 'accepted', ...(tenant !== null && { tenant }) }
  const { lines, next } = site.ledger.affected(query, after, stepSize)
  const run = new Stretch(site, order, before)
  for (const [id, mine] of Map.groupBy(lines, ({ messageId }) => messageId)) {
    const traced = site.trace(id)
    const meant = traced ? mine.filter((each) => run.isMeant(each, traced, proposal.scope)) : []
    if (traced && meant.length > 0) await run.look(traced, meant)
  }
  const isCut = run.found.deliveries >= mostDeliveries && next !== null
  return { found: { ...run.found, isCut }, next: isCut ? null : next, looked: lines.length }
}

class Stretch {
  readonly found: Counting
  readonly #site: DryRunSite
  readonly #order: DryRunOrder
  readonly #book: ProposedBook
  readonly #judge: ProposalJudge
  readonly #policies = new Map<string, readonly [now: VerdictPolicy, then: VerdictPolicy]>()

  constructor(site: DryRunSite, order: DryRunOrder, before: DryRunFound) {
    this.#site = site
    this.#order = order
    this.#book = new ProposedBook(site.book, order.proposal)
    this.#judge = new ProposalJudge(order.proposal, this.#book)
    this.found = structuredClone(before) as Counting
  }

  /** Mail of the level: to its people, or from them. */
  isMeant({ rcptTo }: AffectedLine, traced: TracedMessage, scope: string): boolean {
    const whose = traced.direction === 'outbound' ? traced.mailFrom : rcptTo
    return this.#book.scopesOf(whose).includes(scope)
  }

  async look(traced: TracedMessage, lines: readonly AffectedLine[]): Promise<void> {
    const { message, isWhole } = await this.#open(traced)
    const judged = await this.#judge.judge(traced, message, isWhole)
    for (const line of lines) {
      this.found.deliveries += 1
      const tenants = { ...this.found.tenants }
      const known = tenants[line.tenant] ?? { deliveries: 0, changed: 0 }
      const counts = Object.keys(tenants).length < mostTenants || line.tenant in tenants
      if ('unknown' in judged) this.#miss(this.#whyUnknown(judged.unknown, traced))
      const isChanged = 'unknown' in judged ? false : this.#compare(traced, line, judged)
      if (!counts) continue
      tenants[line.tenant] = {
        deliveries: known.deliveries + 1,
        changed: known.changed + Number(isChanged),
      }
      this.found.tenants = tenants
    }
  }

  #whyUnknown(why: string, { contentKept }: TracedMessage): string {
    if (why !== 'content-gone') return why
    if (!this.#order.mayContent) return 'no-right'
    return contentKept ? 'too-large' : why
  }

  #miss(why: string): void {
    this.found.unknown = { ...this.found.unknown, [why]: (this.found.unknown[why] ?? 0) + 1 }
  }

  /** True: it would be treated differently. */
  #compare(
    traced: TracedMessage,
    line: AffectedLine,
    judged: { readonly findings: readonly object[]; readonly heldFor: readonly string[] },
  ): boolean {
    const { rcptTo } = line
    if (judged.heldFor.includes(rcptTo)) this.found.holds += 1
    const [policy, proposed] = this.#policiesOf(rcptTo)
    const now = decide(traced.explanation.findings as never, policy, rcptTo)
    const then = decide(judged.findings as never, proposed, rcptTo)
    if (now.disposition === then.disposition) return false
    const key = `${now.disposition} ${then.disposition}`
    this.found.changed += 1
    this.found.changes = { ...this.found.changes, [key]: (this.found.changes[key] ?? 0) + 1 }
    if (this.found.samples.length < mostSamples) {
      const sample: DryRunSample = {
        messageId: traced.id,
        at: traced.receivedAt,
        tenant: line.tenant,
        mailFrom: traced.mailFrom,
        recipient: rcptTo,
        subject: traced.subject.slice(0, 200),
        before: now.disposition,
        after: then.disposition,
        scoreBefore: now.score,
        scoreAfter: then.score,
        now: line.state,
      }
      this.found.samples = [...this.found.samples, sample]
    }
    return true
  }

  #policiesOf(recipient: string): readonly [VerdictPolicy, VerdictPolicy] {
    const levels = this.#book.scopesOf(recipient)
    const key = levels.join(' ')
    const { settingsOf } = this.#site
    const known =
      this.#policies.get(key) ??
      ([policyAt(levels, settingsOf, null), policyAt(levels, settingsOf, this.#order.proposal)] as const)
    this.#policies.set(key, known)
    return known
  }

  /** The message as it came where the proposal needs that and it may be had; else what the ledger keeps of it. */
  async #open(traced: TracedMessage) {
    const arrival = arrivalOf(
      traced,
      traced.deliveries.map((each) => each.rcptTo),
    )
    const mayOpen = this.#judge.wantsContent && this.#order.mayContent && traced.size <= largestContent
    const content = mayOpen && traced.contentKept ? this.#site.readContent(traced.id) : null
    if (content) {
      this.found.contents += 1
      return { message: await parse(traced.id, content, arrival), isWhole: true }
    }
    const header = `From: ${oneLine(traced.headerFrom)}\r\nSubject: ${oneLine(traced.subject)}\r\n\r\n`
    const known = await parse(traced.id, { bytes: Buffer.from(header) }, arrival)
    return { message: { ...known, size: traced.size }, isWhole: false }
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ')
}
