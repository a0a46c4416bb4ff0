import { UseError } from './arguments.ts'
import { clip } from './clip.ts'
import { readCount } from './read-count.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

/** `./mailkeep dmarc`: how mail of domains that publish a DMARC policy came in. */
export const command: SiteCommand = {
  name: 'dmarc',
  summary: 'shows DMARC results by day, domain and address',
  help: `Usage: mailkeep dmarc [--domain NAME] [--from DAY] [--to DAY] [--limit N]
Shows how mail came in whose author domain publishes a DMARC policy, most messages first: aligned results of SPF and
DKIM, and what was done. Days are in UTC, such as 2026-11-21; default: the last seven.`,
  options: {
    domain: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    limit: { type: 'string' },
  },
  async run(site, given, out) {
    const now = Date.now()
    const from = readDay('from', given.text('from'), now - 6 * 86_400_000)
    const to = readDay('to', given.text('to'), now)
    const domain = given.text('domain')?.toLowerCase()
    const limit = readCount('limit', given.text('limit'), 100)
    const found = await site.dmarc.list({ from, to, ...(domain !== undefined && { domain }) }, limit + 1)
    const rows = found.slice(0, limit)
    const lines = rows.map((each) => [
      each.day,
      clip(each.authorDomain, 30),
      each.ip,
      String(each.messages),
      each.alignedSpf,
      each.alignedDkim,
      each.policy,
      each.disposition,
    ])
    const head = ['day', 'domain', 'address', 'mail', 'SPF', 'DKIM', 'policy', 'done']
    const sheet = rows.length === 0 ? 'There are no results of these days.' : table(head, lines)
    const more = found.length > limit
    out.answer({ from, to, rows, more }, more ? `${sheet}\n... and more; --limit shows them` : sheet)
    return 0
  },
}

function readDay(name: string, text: string | undefined, otherwise: number): string {
  const day = text ?? new Date(otherwise).toISOString().slice(0, 10)
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(Date.parse(day)))
    throw new UseError(`--${name} is a day such as 2026-11-21, not ${day}`)
  return day
}
