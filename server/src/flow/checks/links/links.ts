import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Check, InspectedMessage } from '#flow/inspection/check.ts'
import type { ContentText } from '#flow/inspection/message-content.ts'
import { viewSender } from '../sender/sender-view.ts'
import { collectLinks, type FoundLink } from './collect-links.ts'
import { type Around, LinkJudge } from './judge-link.ts'
import { hostsVersion } from './known-hosts.ts'
import { readLink, siteOf } from './link.ts'
import { type Mark, toFindings } from './link-findings.ts'

/** Links and sites that the trace of a message names. */
const shown = { links: 50, sites: 200 } as const

/**
 * Looks at links in texts, pages, forms, documents and QR codes, by themselves: nobody is asked and nothing is opened.
 * Where they lead in the end is not known here; the facts name how many wait for somebody to look (`pending`).
 */
export const links: Check = {
  name: 'links',
  async run(message) {
    const { texts } = await message.content()
    const found = collectLinks(texts, await message.attached())
    const around = lookAround(message)
    const marks = [...(await judgeAll(found.links, around)), ...judgeForms(texts, around)]
    if (found.more) marks.push({ code: 'too-many-links', weight: 0, link: '' })
    const versions = { 'links.hosts': hostsVersion }
    return {
      findings: toFindings(marks),
      facts: found.links.length === 0 ? { versions } : { links: describe(found), versions },
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

async function judgeAll(all: readonly FoundLink[], around: Around): Promise<Mark[]> {
  const judge = new LinkJudge(around)
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

function describe({ links: all, more }: { links: readonly FoundLink[]; more: boolean }) {
  const sites = new Set(all.filter((each) => each.host !== '').map(siteOf))
  return {
    count: all.length,
    more,
    /** Sites that nobody has visited yet for this message. */
    pending: sites.size,
    sites: [...sites].slice(0, shown.sites),
    list: all.slice(0, shown.links).map(({ url, source }) => ({ url: url.slice(0, 300), source })),
    lists: hostsVersion,
  }
}
