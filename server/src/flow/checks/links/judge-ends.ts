import type { Finding } from '#flow/inspection/check.ts'
import type { HostLists } from '#flow/inspection/host-list.ts'
import type { FoundLink } from './collect-links.ts'
import { LinkJudge } from './judge-link.ts'
import { readLink } from './link.ts'
import { toFindings } from './link-findings.ts'

/** What is known of a message around its links, as plain data. */
export interface PlainAround {
  readonly author: string
  readonly recipients: readonly string[]
  readonly bulk: boolean
}

/** What speaks against a message when it is known where its short links lead; findings of weight 0 say nothing. */
export function judgeEnds(
  ends: readonly { readonly url: string; readonly end: string }[],
  { author, recipients, bulk }: PlainAround,
  lists: HostLists | null,
): Finding[] {
  const judge = new LinkJudge({ author, recipients: new Set(recipients), bulk }, [], lists)
  const links = ends.flatMap(({ url, end }): FoundLink[] => {
    const link = readLink(end)
    return link ? [{ ...link, source: 'followed', shown: '', via: url }] : []
  })
  return toFindings(links.flatMap((each) => judge.judge(each))).filter((each) => each.weight > 0)
}
