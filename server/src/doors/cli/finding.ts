import { clip } from './clip.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { readCount } from './read-count.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const dayMs = 86_400_000

const list: SiteCommand = {
  name: 'list',
  summary: 'lists what measurements say is wrong',
  help: `Usage: mailkeep finding list [--open] [--days N]
Lists what measurements and tries of our own say is wrong, or was within N days (7 if absent): where on the road of a
message, since when, and why, as far as it can be told. Exit code 0: nothing is wrong. 1: something is.`,
  options: { open: { type: 'boolean' }, days: { type: 'string' } },
  async run(site, given, out) {
    const now = Date.now()
    const since = given.flag('open') ? now : now - readCount('days', given.text('days'), 7) * dayMs
    const all = await site.watch.findings(since, 200)
    const findings = all.filter((each) => !given.flag('open') || each.endedAt === null)
    const rows = findings.map((each) => [
      ...[each.kind, clip(each.subject, 60), each.stage, each.node ?? '-', each.hop ?? '-', each.cause],
      ...[localTime(each.since), each.endedAt === null ? 'lasts' : localTime(each.endedAt)],
    ])
    const head = ['finding', 'of', 'stage', 'node', 'next hop', 'cause', 'since', 'until']
    out.answer({ findings }, rows.length === 0 ? 'Nothing was found.' : table(head, rows))
    return findings.some((each) => each.endedAt === null) ? 1 : 0
  },
}

/** `./mailkeep finding`. */
export const command: GroupCommand = {
  name: 'finding',
  summary: 'what measurements say is wrong, where and why',
  verbs: [list],
}
