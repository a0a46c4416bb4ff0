import { reachOf } from '#services/access/principal.ts'
import { clip } from './clip.ts'
import { localTime } from './local-time.ts'
import { readCount } from './read-count.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

export const command: SiteCommand = {
  name: 'audit-log',
  summary: 'lists who did what',
  help: `Usage: mailkeep audit-log [--tenant ID] [--before NUMBER] [--limit NUMBER]
Lists what people and programs have changed and looked at, newest first.
  --tenant  only of this tenant and what is below it
  --before  only lines before the one of this number, for the next page
  --limit   at most so many; default 50`,
  options: { tenant: { type: 'string' }, before: { type: 'string' }, limit: { type: 'string' } },
  async run(site, given, out) {
    const [tenant, before, limit] = [given.text('tenant'), given.text('before'), given.text('limit')]
    const reach = tenant === undefined ? null : reachOf(tenant, await site.directory.tenants())
    const lines = await site.access.audit(
      reach && [...reach],
      before === undefined ? null : readCount('before', before, 1),
      limit === undefined ? 50 : readCount('limit', limit, 1),
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
