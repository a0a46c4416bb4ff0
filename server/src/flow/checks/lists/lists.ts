import type {
  Check,
  CheckResult,
  CheckTools,
  InspectedMessage,
  ListsSettings,
} from '#flow/inspection/check.ts'
import { registrableDomain } from '#ground/mail/registrable-domain.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { reverseName } from '../connection/reverse-name.ts'
import { ListBoard, type ListReport } from './list-board.ts'
import { type Hit, hitOf, limitWeights, listFindings } from './list-findings.ts'
import { domainsOf } from './subjects.ts'

/**
 * Asks outside lists about the client and the domains in a message, where the operator has chosen any (lists.ask).
 *
 * No list condemns by itself: one alone weighs less than the tolerance; of clients that many people share, all lists
 * together weigh little where the mail authenticates (D16). One that lists all or nothing, refuses or stalls is muted
 * by itself, asked on for evidence, and comes back after its probation. DNS trouble is never a listing.
 */
export function createLists(): Check {
  let board: { readonly resolver: Resolver; readonly lists: ListBoard } | null = null
  const boardFor = (resolver: Resolver): ListBoard => {
    if (board === null || board.resolver !== resolver) board = { resolver, lists: new ListBoard(resolver) }
    return board.lists
  }
  return {
    name: 'lists',
    async run(message, tools) {
      const { lists } = tools.settings
      if (lists.ask.length === 0) return { findings: [] }
      const domains = await domainsOf(message)
      // Where our own people sit is on lists of dial-up addresses, which says nothing about them.
      const ip = message.arrival.sender ? '' : message.arrival.ip
      const reports = await boardFor(tools.resolver).ask(ip, domains, lists, tools.now())
      return judge(message, reports, tools)
    },
  }
}

async function judge(
  message: InspectedMessage,
  reports: readonly ListReport[],
  tools: CheckTools,
): Promise<CheckResult> {
  const { lists } = tools.settings
  const hits = reports.map((report) => hitOf(report, lists.mostPerList)).filter((each) => each !== null)
  const shared = await sharedSender(message, hits, tools)
  const limited = shared === null ? hits : limitWeights(hits, lists.mostShared)
  return {
    findings: listFindings(limited, reports, shared),
    facts: {
      lists: {
        listed: limited.map(({ report, listed, weight }) => ({
          zone: report.spec.zone,
          listed,
          weight,
          why: report.why,
        })),
        muted: reports.filter((each) => each.isMuted).map(({ spec, why }) => ({ zone: spec.zone, why })),
        good: reports.filter((each) => !each.isMuted).map(({ spec }) => spec.zone),
        shared,
      },
    },
  }
}

/**
 * The provider whose address the client has, where that is one of `lists.sharedSenders` as its own reverse DNS
 * proves, and the mail is not known to fail authentication. Null: the lists weigh in full. Only asked for where it
 * makes a difference.
 */
async function sharedSender(
  message: InspectedMessage,
  hits: readonly Hit[],
  tools: CheckTools,
): Promise<string | null> {
  const { lists } = tools.settings
  const sum = hits.reduce(
    (total, { report, weight }) => total + (report.spec.kind === 'address' ? weight : 0),
    0,
  )
  if (sum <= lists.mostShared) return null
  const reverse = await reverseName(message.arrival.ip, tools.resolver)
  const provider = reverse.kind === 'confirmed' ? registeredName(reverse.name, lists) : null
  return provider !== null && !(await failsAuthentication(tools)) ? provider : null
}

function registeredName(name: string, { sharedSenders }: ListsSettings): string | null {
  const domain = registrableDomain(name)?.domain ?? name
  return sharedSenders.includes(domain) ? domain : null
}

/** Whether nobody vouches for the sender. What could not be looked up is no failure. */
async function failsAuthentication({ resultOf }: CheckTools): Promise<boolean> {
  const facts = (await resultOf?.('authentication'))?.facts
  if (!facts) return false
  const { spf, dkim, dmarc } = facts as {
    readonly spf?: { readonly result: string }
    readonly dkim?: readonly { readonly result: string }[]
    readonly dmarc?: { readonly result: string } | null
  }
  const results = [spf?.result, dmarc?.result, ...(dkim ?? []).map((each) => each.result)]
  return !results.some((each) => each === 'pass' || each === 'temperror')
}
