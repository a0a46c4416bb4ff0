import type { CheckResult, Finding, InspectedMessage, LastCheck } from '#flow/inspection/check.ts'
import type { TenantBook } from '#flow/inspection/tenant-book.ts'
import { canaryFor } from '#ground/storage/snapshot/is-chosen.ts'
import type { CandidateInForce } from '#services/policy/candidate.ts'
import type { CandidateBook } from './candidates-for.ts'
import { forRecipients } from './for-recipients.ts'
import { ProposedBook } from './proposed-book.ts'

type Book = CandidateBook & TenantBook

/** Canaries that are asked about one message: each asks all rules of its people. For whom there are more, all is as ever. */
const mostCanaries = 5
/** Parts of the time of the check: canaries are asked within the first, and what is there after the second counts. */
const [canaryPart, wholePart] = [0.5, 0.9]

/**
 * Lists or rules, asked with a canary for those for whom it is in force, and without it for all others. Where there is
 * no canary, which is the rule, they are asked once and know nothing of it. One that throws or takes half of the time
 * is in force for nobody, and its trial hears of it.
 * @param budgetMs time that the check has for a message
 */
export function withCanaries(
  book: Book,
  make: (book: TenantBook) => LastCheck,
  budgetMs: number,
  now: () => number = () => performance.now(),
): LastCheck {
  const plain = make(book)
  const made = new WeakMap<CandidateInForce, LastCheck>()
  const checkOf = (candidate: CandidateInForce): LastCheck => {
    const known = made.get(candidate) ?? make(new ProposedBook(book, candidate.proposal))
    made.set(candidate, known)
    return known
  }
  return {
    name: plain.name,
    async run(message, found, signal) {
      const { plainly, canaries } = partsOf(message, book, plain.name)
      if (canaries.size === 0) return plain.run(message, found, signal)
      const until = now() + budgetMs * canaryPart
      const soon = AbortSignal.any([signal, AbortSignal.timeout(budgetMs * canaryPart)])
      const done: Part[] = []
      const ask = async (check: LastCheck, rcptTo: readonly string[], candidate: CandidateInForce | null) => {
        const mine = forRecipients(message, rcptTo)
        const result = await check.run(mine, found, candidate === null ? signal : soon)
        if (candidate !== null && now() > until) throw new OutOfTime()
        done.push({ rcptTo, result: limited(result, rcptTo, candidate) })
      }
      const work = async () => {
        // First those for whom everything is as ever: a canary takes no time from them.
        if (plainly.length > 0) await ask(plain, plainly, null)
        const left: string[] = []
        for (const [n, [candidate, rcptTo]] of [...canaries].entries()) {
          try {
            if (n >= mostCanaries || now() > until) throw new OutOfTime()
            await ask(checkOf(candidate), rcptTo, candidate)
          } catch (cause) {
            left.push(...rcptTo)
            done.push({ rcptTo: [], result: notAsked(plain.name, candidate, rcptTo, cause as Error) })
          }
        }
        if (left.length > 0) await ask(plain, left, null)
      }
      await withinTime(work(), budgetMs * wholePart)
      return join(plain.name, message.arrival.rcptTo, [...done])
    },
  }
}

/** What was said of some recipients. */
interface Part {
  readonly rcptTo: readonly string[]
  readonly result: CheckResult
}

class OutOfTime extends Error {
  constructor() {
    super('there was no time left for it')
    this.name = 'OutOfTime'
  }
}

/** Waits for work, and no longer than so many milliseconds. @throws whatever the work throws within them */
async function withinTime(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** What was said of all parts; whoever nothing was said of has that told. */
function join(name: string, rcptTo: readonly string[], parts: readonly Part[]): CheckResult {
  const asked = new Set(parts.flatMap((each) => each.rcptTo))
  const only = rcptTo.filter((each) => !asked.has(each))
  const why = 'others had used up its time'
  const text = `The check ${name} could not be made: ${why}.`
  const missing: Finding = {
    ...{ check: name, code: `${name}-unavailable`, weight: 0, text },
    ...{ evidence: { why }, only },
  }
  return {
    findings: [...parts.flatMap(({ result }) => result.findings), ...(only.length > 0 ? [missing] : [])],
    edits: parts.flatMap(({ result: { edits = [] } }) => edits),
    routings: parts.flatMap(({ result: { routings = [] } }) => routings),
  }
}

/** Says of a canary that it is not in force for a message. */
function notAsked(
  name: string,
  { id }: CandidateInForce,
  only: readonly string[],
  cause: Error,
): CheckResult {
  const text = `The change on trial ${id} could not be asked, and what is in force without it counts: ${cause.message}.`
  const why = cause instanceof OutOfTime ? 'time-used-up' : 'broken'
  const evidence = { trial: id, why }
  return { findings: [{ check: name, code: `${name}-unavailable`, weight: 0, text, evidence, only }] }
}

/** Recipients for whom a canary is in force that is about this check, by canary, and all others. */
function partsOf({ arrival }: InspectedMessage, book: Book, name: string) {
  const candidates = book.candidates()
  const canaries = new Map<CandidateInForce, string[]>()
  const plainly: string[] = []
  const { rcptTo, mailFrom, direction, ours } = arrival
  if (candidates.size === 0) return { plainly, canaries }
  const own = new Set(ours)
  for (const address of rcptTo) {
    const person = direction === 'outbound' && !own.has(address) ? mailFrom : address
    const canary = canaryFor(candidates, book.levelsOf(person), person)
    if (canary === null || !isAbout(canary, name)) plainly.push(address)
    else {
      const mine = canaries.get(canary) ?? []
      mine.push(address)
      canaries.set(canary, mine)
    }
  }
  return { plainly, canaries }
}

/** Whether lists or rules say anything else with a canary. */
function isAbout({ proposal: { rule, senders } }: CandidateInForce, name: string): boolean {
  return name === 'rules' ? rule !== null : senders.length > 0
}

/** What was said of a part of the recipients counts for that part alone. */
function limited(
  { findings, edits = [], routings = [] }: CheckResult,
  rcptTo: readonly string[],
  candidate: CandidateInForce | null,
): CheckResult {
  const rule = candidate?.proposal.rule?.id
  const marked = (finding: Finding): Finding =>
    candidate !== null && rule !== undefined && finding.rule === rule
      ? { ...finding, evidence: { ...finding.evidence, trial: candidate.id } }
      : finding
  return {
    findings: findings.map((each) => ({ ...marked(each), only: each.only ?? rcptTo })),
    edits: edits.map((each) => ({ ...each, only: each.only ?? rcptTo })),
    routings,
  }
}
