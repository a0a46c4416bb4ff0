import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Check, InspectedMessage } from '#flow/inspection/check.ts'
import type { ContentText } from '#flow/inspection/message-content.ts'
import { viewSender } from '../sender/sender-view.ts'
import { collectLinks, type FoundLink } from './collect-links.ts'
import { type Around, LinkJudge } from './judge-link.ts'
import { hostsVersion } from './known-hosts.ts'
import { readLink, siteOf } from './link.ts'
import type { LinkFacts } from './link-facts.ts'
import { type Mark, toFindings } from './link-findings.ts'
import { hostsToNote, markNewHosts } from './new-hosts.ts'
import { lookUpShort, type ShortLinks } from './short-link.ts'

/** Links, and recipients' domains, that the trace of a message names. */
const shown = { links: 50, recipients: 20 } as const

/**
 * Looks at links in texts, pages, forms, documents and QR codes, by themselves: nobody is asked and nothing is opened.
 * Where short links lead others find out beside the mail; the facts name those that should be followed (`ask`), and
 * what is known by then counts.
 */
export const links: Check = {
  name: 'links',
  async run(message, tools) {
    const { texts } = await message.content()
    const found = collectLinks(texts, await message.attached())
    const around = lookAround(message)
    const short = lookUpShort(found.links, tools)
    const judge = new LinkJudge(around, tools.settings.links.shorteners, tools.hostLists)
    // Where it is known what a link leads to, that counts instead of it.
    const judged = found.links.map((each) => short.ends.get(each) ?? each)
    const hosts = hostsToNote(judged, judge)
    const marks = [
      ...(await judgeAll(judged, judge)),
      ...markNewHosts(hosts, judge, tools),
      ...judgeForms(texts, around),
    ]
    if (found.links.length > 0) tools.hostLists?.judged(judge.listed)
    if (found.more) marks.push({ code: 'too-many-links', weight: 0, link: '' })
    const versions = { 'links.hosts': hostsVersion }
    return {
      findings: toFindings(marks),
      facts:
        found.links.length === 0 ? { versions } : { links: describe(found, short, hosts, around), versions },
    }
  },
}

function lookAround(message: InspectedMessage): Around {
  const view = viewSender(message)
  const recipients = view?.recipients.filter((each) => !each.free) ?? []
  return {
    author: view?.author.registered?.domain ?? view?.author.host ?? '',
    recipients: new Set(recipients.map((each) => each.registered?.domain ?? each.host)),
    bulk: view?.bulk === true || view?.list === true,
  }
}

async function judgeAll(all: readonly FoundLink[], judge: LinkJudge): Promise<Mark[]> {
  const marks: Mark[] = []
  for (const [at, link] of all.entries()) {
    // Other messages get their turn.
    if (at % 500 === 499) await nextTurn()
    for (const mark of judge.judge(link)) marks.push(mark)
  }
  return marks
}

/** Forms and pages that go on by themselves: a browser does that, a message need not. */
function judgeForms(texts: readonly ContentText[], { author, bulk }: Around): Mark[] {
  const marks: Mark[] = []
  for (const { html } of texts) {
    if (!html) continue
    for (const { action, fields } of html.forms) {
      const link = readLink(action, html.base)
      if (fields.some((each) => each.startsWith('password:')))
        marks.push({ code: 'form-asks-for-password', weight: 200, link: action })
      else if (link && siteOf(link) !== author)
        marks.push({ code: 'form-in-message', weight: bulk ? 10 : 40, link: action })
    }
    if (html.refresh !== null && html.refresh !== '')
      marks.push({ code: 'refresh-in-message', weight: 100, link: html.refresh })
  }
  return marks
}

function describe(
  { links: all, more }: { links: readonly FoundLink[]; more: boolean },
  { ends, ask, skipped }: ShortLinks,
  hosts: ReadonlyMap<string, FoundLink>,
  { author, recipients, bulk }: Around,
): LinkFacts {
  return {
    count: all.length,
    more,
    list: all.slice(0, shown.links).map(({ url, source }) => ({ url: url.slice(0, 300), source })),
    lists: hostsVersion,
    hosts: [...hosts.keys()],
    ends: [...ends.values()]
      .slice(0, shown.links)
      .map(({ url, via }) => ({ url: via?.slice(0, 300), end: url.slice(0, 300) })),
    pending: ask.length,
    skipped,
    ...(ask.length > 0 && {
      ask,
      around: { author, recipients: [...recipients].slice(0, shown.recipients), bulk },
    }),
  }
}
