import { fileURLToPath } from 'node:url'
import { drillCommand } from '#doors/cli/drill-command.ts'
import type { GroupCommand } from '#doors/cli/group-command.ts'
import { programCommand } from '#doors/cli/program-command.ts'
import { type CommandTable, ownFault, runCommand } from '#doors/cli/run-command.ts'
import type { OpenSite } from '#doors/cli/site.ts'
import type { SiteCommand } from '#doors/cli/site-command.ts'

// Loaded when they are asked for: what only commands need would lie in the memory of every server.
const openSite: OpenSite = async (options) => (await import('./site.ts')).openSite(options)

/** A command that works on a site, or a group of such. */
type Loaded = GroupCommand | SiteCommand

const opened = async (each: Loaded) =>
  'verbs' in each
    ? (await import('#doors/cli/group-command.ts')).createGroupCommand(each, openSite)
    : (await import('#doors/cli/site-command.ts')).createSiteCommand(each, openSite)
const loadFindPlace = async () => (await import('./find-place.ts')).findPlace
/** The one command of a file. */
const site = (load: () => Promise<{ readonly command: Loaded }>) => async () => opened((await load()).command)

const drill = {
  name: 'drill',
  summary: 'repeats faults of the past on a site of its own, and measures what becomes of the mail',
  help: `Usage: mailkeep drill [ID...] [--list] [--long] [--incident ID] [--json]
Runs drills, all of them where none is named: each starts a site of its own on this machine, puts it under load,
brings in one fault and checks its bounds. Takes minutes. The reports are reports/drills/ID.json.
  --list      says which drills there are
  --long      the full form
  --incident  only the drill that stands for this incident of the past
Exit code 0: every bound held. 1: one was missed. 2: wrong use, or a drill could not be run here.`,
  file: new URL('../../tests/drills/run.ts', import.meta.url),
}

const bench = {
  name: 'bench',
  summary: 'measures throughput, latency and memory on a site of its own',
  help: `Usage: mailkeep bench [throughput|with-rspamd|latency|memory|steady|backlog|filter|search|people|first-page|warmup ...]
  [--messages N] [--json]
Runs benchmarks, all of them where none is named, and prints a table for each. throughput is measured beside Debian's
Postfix in the same run, with-rspamd beside Postfix with rspamd; both need root. Takes many minutes.
The report is reports/bench.json.
  --messages  how many steady sends; 100,000 if absent
Exit code 0: done. 1: steady found that memory grows, or inspection takes too long.`,
  file: new URL('../../bench/run.ts', import.meta.url),
}

/**
 * Every command by its name, in the order in which help lists them. Each is loaded when it is asked for: nobody waits for
 * the code of the others.
 */
export const commands: CommandTable = {
  start: async () =>
    (await import('#doors/cli/start.ts')).startCommand({
      findPlace: await loadFindPlace(),
      serve: async (options) =>
        options.roles.join() === 'status'
          ? (await import('./wiring/serve-status.ts')).serveStatus(options)
          : (await import('./serve.ts')).serve(options),
      joinSupervisor: (await import('#doors/supervisor/own-supervisor.ts')).joinSupervisor,
    }),
  supervise: async () => {
    const { launchServer } = await import('#doors/supervisor/launch-server.ts')
    const program = fileURLToPath(new URL('../../mailkeep', import.meta.url))
    return (await import('#doors/cli/supervise.ts')).superviseCommand((...asked) =>
      launchServer(program, ...asked),
    )
  },
  domain: site(() => import('#doors/cli/domain.ts')),
  user: site(() => import('#doors/cli/user.ts')),
  person: site(() => import('#doors/cli/person.ts')),
  tenant: site(() => import('#doors/cli/tenant.ts')),
  directory: site(() => import('#doors/cli/directory.ts')),
  maintenance: site(() => import('#doors/cli/maintenance.ts')),
  sync: site(() => import('#doors/cli/sync.ts')),
  manager: site(() => import('#doors/cli/manager.ts')),
  key: site(() => import('#doors/cli/key.ts')),
  brand: site(() => import('#doors/cli/brand.ts')),
  webhook: site(() => import('#doors/cli/webhook.ts')),
  relay: site(() => import('#doors/cli/relay.ts')),
  certificate: site(() => import('#doors/cli/certificate.ts')),
  'content-key': site(() => import('#doors/cli/content-key.ts')),
  dkim: site(() => import('#doors/cli/dkim.ts')),
  bypass: site(() => import('#doors/cli/bypass.ts')),
  sender: site(() => import('#doors/cli/sender.ts')),
  held: site(() => import('#doors/cli/held.ts')),
  suppression: site(() => import('#doors/cli/suppression.ts')),
  sending: site(() => import('#doors/cli/sending.ts')),
  'mail-password': site(() => import('#doors/cli/mail-password.ts')),
  'audit-log': site(() => import('#doors/cli/audit-log.ts')),
  alarm: site(() => import('#doors/cli/alarm.ts')),
  policy: site(() => import('#doors/cli/policy.ts')),
  allow: async () => opened((await import('#doors/cli/sender-list.ts')).senderListCommand('allow')),
  block: async () => opened((await import('#doors/cli/sender-list.ts')).senderListCommand('block')),
  rule: site(() => import('#doors/cli/rule.ts')),
  send: site(() => import('#doors/cli/send.ts')),
  trace: site(() => import('#doors/cli/trace.ts')),
  queue: async () => opened((await import('#doors/cli/queue.ts')).queueCommand),
  resend: async () => opened((await import('#doors/cli/queue.ts')).resendCommand),
  quarantine: site(() => import('#doors/cli/quarantine.ts')),
  reports: site(() => import('#doors/cli/reports.ts')),
  review: site(() => import('#doors/cli/review.ts')),
  learning: site(() => import('#doors/cli/learning.ts')),
  scanners: site(() => import('#doors/cli/scanners.ts')),
  lists: site(() => import('#doors/cli/lists.ts')),
  definitions: site(() => import('#doors/cli/definitions.ts')),
  affected: site(() => import('#doors/cli/affected.ts')),
  'import-history': async () =>
    (await import('#doors/cli/site-command.ts')).createSiteCommand(
      (await import('#doors/cli/history.ts')).importHistoryCommand,
      async (options) => (await import('./site.ts')).makeSite(options),
    ),
  history: async () => opened((await import('#doors/cli/history.ts')).historyCommand),
  incident: site(() => import('#doors/cli/incident.ts')),
  probe: site(() => import('#doors/cli/probe.ts')),
  finding: site(() => import('#doors/cli/finding.ts')),
  upstream: site(() => import('#doors/cli/upstream.ts')),
  status: site(() => import('#doors/cli/status.ts')),
  radar: site(() => import('#doors/cli/radar.ts')),
  audit: site(() => import('#doors/cli/audit.ts')),
  dmarc: site(() => import('#doors/cli/dmarc.ts')),
  links: site(() => import('#doors/cli/links.ts')),
  nodes: site(() => import('#doors/cli/nodes.ts')),
  route: site(() => import('#doors/cli/route.ts')),
  backup: site(() => import('#doors/cli/backup.ts')),
  restore: async () =>
    (await import('#doors/cli/restore.ts')).restoreCommand(
      await loadFindPlace(),
      async () => (await import('./wiring/restore-parts.ts')).restoreParts,
    ),
  config: async () => (await import('#doors/cli/config.ts')).configCommand(await loadFindPlace()),
  'auth-check': async () =>
    (await import('#doors/cli/auth-check.ts')).authCheckCommand(async (...asked) =>
      (await import('#flow/checks/authentication/auth-check.ts')).authCheck(...asked),
    ),
  scan: async () =>
    (await import('#doors/cli/scan.ts')).scanCommand(async (request) =>
      (await import('./wiring/scan-message.ts')).scan(request),
    ),
  'check-rule': async () =>
    (await import('#doors/cli/check-rule.ts')).checkRuleCommand(async (...asked) =>
      (await import('#ground/patterns/check-pattern.ts')).checkPattern(...asked),
    ),
  'parse-report': async () =>
    (await import('#doors/cli/parse-report.ts')).parseReportCommand(async (request) =>
      (await import('./wiring/parse-report.ts')).parseReport(request),
    ),
  'classify-bounce': async () =>
    (await import('#doors/cli/classify-bounce.ts')).classifyBounceCommand(async (request) =>
      (await import('./wiring/classify-bounce.ts')).classifyBounce(request),
    ),
  sanitize: async () =>
    (await import('#doors/cli/sanitize.ts')).sanitizeCommand(
      async () => (await import('#ground/mail/sanitize/sanitize-html.ts')).sanitizeHtml,
    ),
  drill: async () =>
    drillCommand(programCommand(drill), await opened((await import('#doors/cli/live-drill.ts')).command)),
  bench: async () => programCommand(bench),
}

if (import.meta.main) {
  // A reader that has seen enough (`mailkeep trace | head`) is no fault.
  process.stdout.on('error', (cause: NodeJS.ErrnoException) => process.exit(cause.code === 'EPIPE' ? 0 : 70))
  const code = await runCommand(commands, process.argv.slice(2), process)
  // A start that failed half-way has threads running, which would keep the process; whoever watches it has to see its end.
  if (code === ownFault) process.exit(code)
  process.exitCode = code
}
