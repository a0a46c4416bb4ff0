import type { AuditFilter } from '#services/access/access-store.ts'
import { reachOf } from '#services/access/principal.ts'
import type { Arguments } from './arguments.ts'
import { clip } from './clip.ts'
import { localTime } from './local-time.ts'
import { readCount } from './read-count.ts'
import { readMoment } from './read-moment.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

export const command: SiteCommand = {
  name: 'audit-log',
  summary: 'lists who did what',
  help: `Usage: mailkeep audit-log [--tenant ID] [--who TEXT] [--what TEXT] [--about TEXT] [--since TIME] [--until TIME]
                          [--before NUMBER] [--limit NUMBER]
Lists what people and programs have changed and looked at, newest first.
  --tenant  only of this tenant and what is below it
  --who     part of who did it, such as manager:mia or cli
  --what    part of what was done, such as domain or rule-changed
  --about   part of the detail, such as an address or the id of a message
  --since   not before: 2026-05-01T08:00, or 2h for two hours ago
  --until   before, likewise
  --before  only lines before the one of this number, for the next page
  --limit   at most so many; default 50`,
  options: {
    tenant: { type: 'string' },
    who: { type: 'string' },
    what: { type: 'string' },
    about: { type: 'string' },
    since: { type: 'string' },
    until: { type: 'string' },
    before: { type: 'string' },
    limit: { type: 'string' },
  },
  async run(site, given, out) {
    const [tenant, before, limit] = [given.text('tenant'), given.text('before'), given.text('limit')]
    const reach = tenant === undefined ? null : reachOf(tenant, await site.directory.tenants())
    const lines = await site.access.audit(
      reach && [...reach],
      before === undefined ? null : readCount('before', before, 1),
      limit === undefined ? 50 : readCount('limit', limit, 1),
      readAuditFilter(given),
    )
    const rows = lines.map((each) => [
      String(each.id),
      localTime(each.at),
      each.who,
      each.what,
      each.ip || '-',
      clip(JSON.stringify(each.detail), 70),
    ])
    out.answer(
      lines,
      rows.length === 0 ? 'Nothing.' : table(['number', 'time', 'who', 'what', 'from', 'detail'], rows),
    )
    return 0
  },
}

function readAuditFilter(given: Arguments): AuditFilter {
  const now = Date.now()
  const [who, what, about] = ['who', 'what', 'about'].map((name) => given.text(name))
  const [since, until] = ['since', 'until'].map((name) => given.text(name))
  return {
    ...(who && { who }),
    ...(what && { what }),
    ...(about && { about }),
    ...(since !== undefined && { since: readMoment(since, now) }),
    ...(until !== undefined && { until: readMoment(until, now) }),
  }
}
