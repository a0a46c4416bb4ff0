import type { CheckTools } from '#flow/inspection/check.ts'
import type { FoundLink } from './collect-links.ts'
import type { LinkJudge } from './judge-link.ts'
import { siteOf } from './link.ts'
import { type Mark, showLink } from './link-findings.ts'

/** Hosts of one message that are noted, and that are looked up. */
const most = { noted: 50, asked: 20 } as const

/** Hosts that mail leads to, each with a link to it; places where anybody can put something count one by one. */
export function hostsToNote(links: readonly FoundLink[], judge: LinkJudge): Map<string, FoundLink> {
  const found = new Map<string, FoundLink>()
  for (const link of links) {
    if (found.size >= most.noted) break
    if (link.host === '' || link.address !== 'none' || !/^https?$/.test(link.scheme)) continue
    const { group, isWellKnown } = judge.hostOf(link)
    if (isWellKnown || group === 'shorteners') continue
    const host = group === 'sites' || group === 'tunnels' || group === 'files' ? link.host : siteOf(link)
    if (host.length <= 255 && !found.has(host)) found.set(host, link)
  }
  return found
}

/**
 * Hosts that no mail of this site has led to before, or only lately. Says nothing before hosts have been noted for long
 * enough to know the usual ones, nor where they cannot be looked up.
 */
export function markNewHosts(
  hosts: ReadonlyMap<string, FoundLink>,
  judge: LinkJudge,
  { linkBook, settings, now }: Pick<CheckTools, 'linkBook' | 'settings' | 'now'>,
): Mark[] {
  const since = linkBook?.since() ?? null
  if (!linkBook || since === null || now() - since < settings.links.learnForMs) return []
  const marks: Mark[] = []
  let asked = 0
  try {
    for (const [host, link] of hosts) {
      if (judge.hostOf(link).trusted || asked++ >= most.asked) continue
      const first = linkBook.firstSeen(host)
      if (first !== null && now() - first >= settings.links.newForMs) continue
      const weight = judge.isBulk ? 10 : 25
      marks.push({ code: 'link-host-new', weight, link: showLink(link), detail: { host } })
    }
  } catch {
    // Not to know a host is no sign against it.
    return []
  }
  return marks
}
