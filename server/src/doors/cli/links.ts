import type { HostListState, LinkRecord } from '#services/links/link-store.ts'
import { clip } from './clip.ts'
import { counted } from './counted.ts'
import { localTime } from './local-time.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

/** `./mailkeep links`: what is found out about links beside the mail. */
export const command: SiteCommand = {
  name: 'links',
  summary: 'shows links that wait to be followed, lists of hosts, and what is known of a link or host',
  help: `Usage: mailkeep links [LINK | HOST]
Without a word: how many links wait to be followed, and each list of hosts with its version, age and whether it counts.
With a link: where it leads, as far as it was followed. With a host: since when mail leads to it, by tenant.`,
  options: {},
  async run(site, given, out) {
    const [word] = given.words
    if (word === undefined) {
      const [queue, lists] = await Promise.all([site.links.queue(), site.readHostLists()])
      out.answer({ queue, lists }, `${describeQueue(queue)}\n\n${describeLists(lists)}`)
      return 0
    }
    return /^https?:/i.test(word) ? showLink(site, word, out) : showHost(site, word.toLowerCase(), out)
  },
}

type Output = Parameters<SiteCommand['run']>[2]

function describeQueue({ pending, oldestAt }: { pending: number; oldestAt: number | null }): string {
  const since = oldestAt === null ? '' : `, the oldest since ${localTime(oldestAt)}`
  return `${counted(pending, 'link')} ${pending === 1 ? 'waits' : 'wait'} to be followed${since}`
}

function describeLists(lists: readonly HostListState[]): string {
  if (lists.length === 0) return 'There are no lists of hosts (links.lists).'
  const rows = lists.map(({ name, verdict, weight, version, made, entries, why }) => [
    clip(name, 30),
    verdict,
    String(weight),
    clip(version, 20),
    made === null ? '' : localTime(made),
    String(entries),
    why === '' ? 'yes' : clip(`no: ${why}`, 60),
  ])
  return table(['list', 'verdict', 'weight', 'version', 'made', 'entries', 'counts'], rows)
}

async function showLink(site: Site, link: string, out: Output): Promise<number> {
  const url = URL.parse(link)
  if (url) url.hash = ''
  const found = await site.links.link(url?.href ?? link)
  out.answer({ link, found }, found === null ? 'Nobody has asked where it leads.' : describeLink(found))
  return 0
}

function describeLink({ askedAt, doneAt, attempts, end }: LinkRecord): string {
  if (end === null || doneAt === null)
    return `pending since ${localTime(askedAt)}, ${counted(attempts, 'attempt')} so far`
  const hops = end.hops.map(({ url, status }) => `  ${status} ${clip(url, 90)}`)
  const where =
    end.state === 'led' ? `leads to ${end.end}` : end.state === 'stays' ? 'leads nowhere else' : 'unknown'
  return [`${where}${end.why === '' ? '' : ` (${end.why})`}, followed ${localTime(doneAt)}`, ...hops].join(
    '\n',
  )
}

async function showHost(site: Site, host: string, out: Output): Promise<number> {
  const found = await site.links.host(host)
  const rows = found.map(({ tenant, firstAt, mails }) => [tenant, localTime(firstAt), String(mails)])
  out.answer(
    { host, found },
    rows.length === 0
      ? 'No mail that was let through leads to it.'
      : table(['tenant', 'first', 'mail'], rows),
  )
  return 0
}
