import type { InspectionJob, InspectionOutcome } from './inspection-job.ts'
import { SummedNotes } from './summed-notes.ts'

/** One row of what an aggregate report has (RFC 9990): mail of a day that came and went alike. */
export interface DmarcSums {
  /** Day in UTC, such as 2026-11-21. */
  readonly day: string
  /** Domain in From. */
  readonly authorDomain: string
  /** Where the policy stands. */
  readonly policyDomain: string
  readonly policy: string
  readonly ip: string
  /** Domain of the envelope sender, empty for bounces. */
  readonly mailFromDomain: string
  /** Aligned results, which DMARC goes by. */
  readonly alignedSpf: 'pass' | 'fail'
  readonly alignedDkim: 'pass' | 'fail'
  /** What SPF and DKIM said by themselves, aligned or not. */
  readonly spf: string
  readonly dkim: string
  /** What was done: the policy, or `none` where it was overridden. */
  readonly disposition: string
  messages: number
}

interface Item {
  readonly job: InspectionJob
  readonly facts: AuthenticationFacts
}

/** As much of the facts of the check `authentication` as a report tells. */
interface AuthenticationFacts {
  readonly spf: { readonly result: string; readonly domain: string }
  readonly dkim: readonly {
    readonly result: string
    readonly domain: string | null
    readonly selector: string | null
  }[]
  readonly dmarc: {
    readonly authorDomain: string
    readonly policyDomain: string | null
    readonly policy: string | null
    readonly disposition: string
    readonly alignment: { readonly spf: boolean; readonly dkim: boolean }
  }
  readonly dmarcOverridden: boolean
}

/** Signatures that one row names. */
const mostSignatures = 4

/** Collects DMARC results of domains that publish a policy: what their owners may want to hear of. */
export function createDmarcNotes(write: (sums: readonly DmarcSums[]) => Promise<void>): {
  note(outcome: InspectionOutcome, job: InspectionJob): void
  stop(): Promise<void>
} {
  const notes = new SummedNotes<Item, DmarcSums>({
    keyOf: (item) => JSON.stringify(rowOf(item)),
    start: rowOf,
    add: (sums) => {
      sums.messages++
    },
    write,
  })
  return {
    note({ facts }, job) {
      const { dmarc } = facts as Partial<AuthenticationFacts>
      if (dmarc?.policy) notes.note({ job, facts: facts as unknown as AuthenticationFacts })
    },
    stop: () => notes.stop(),
  }
}

function rowOf({ job, facts }: Item): DmarcSums {
  const { spf, dkim, dmarc, dmarcOverridden } = facts
  const { mailFrom, ip, receivedAt } = job.arrival
  const signatures = dkim
    .slice(0, mostSignatures)
    .map((each) => `${each.domain ?? ''}/${each.selector ?? ''} ${each.result}`)
  return {
    day: new Date(receivedAt).toISOString().slice(0, 10),
    authorDomain: dmarc.authorDomain,
    policyDomain: dmarc.policyDomain ?? dmarc.authorDomain,
    policy: dmarc.policy ?? '',
    ip,
    mailFromDomain: mailFrom.slice(mailFrom.lastIndexOf('@') + 1).toLowerCase(),
    alignedSpf: dmarc.alignment.spf ? 'pass' : 'fail',
    alignedDkim: dmarc.alignment.dkim ? 'pass' : 'fail',
    spf: `${spf.domain} ${spf.result}`,
    dkim: signatures.join(', '),
    disposition: dmarcOverridden ? 'none' : dmarc.disposition,
    messages: 0,
  }
}
