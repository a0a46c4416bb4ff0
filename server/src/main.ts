import { createGroupCommand } from '#doors/cli/group-command.ts'
import { programCommand } from '#doors/cli/program-command.ts'
import { type CommandTable, ownFault, runCommand } from '#doors/cli/run-command.ts'
import type { OpenSite } from '#doors/cli/site.ts'
import { createSiteCommand } from '#doors/cli/site-command.ts'
import { findPlace } from './find-place.ts'

// Loaded when they are asked for: what only commands need would lie in the memory of every server.
const openSite: OpenSite = async (options) => (await import('./site.ts')).openSite(options)

const group = (each: Parameters<typeof createGroupCommand>[0]) => createGroupCommand(each, openSite)
const single = (each: Parameters<typeof createSiteCommand>[0]) => createSiteCommand(each, openSite)

const drill = {
  name: 'drill',
  summary: 'repeats faults of the past on a site of its own, and measures what becomes of the mail',
  help: `Usage: mailkeep drill [ID...] [--list] [--long] [--incident ID] [--json]
Runs drills, all of them where none is named: each starts a site of its own on this machine, puts it under load,
brings in one fault and checks its bounds. Takes minutes. The report is reports/drills.json.
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
      findPlace,
      serve: async (options) =>
        options.roles.join() === 'status'
          ? (await import('./wiring/serve-status.ts')).serveStatus(options)
          : (await import('./serve.ts')).serve(options),
    }),
  domain: async () => group((await import('#doors/cli/domain.ts')).domainCommand),
  user: async () => group((await import('#doors/cli/user.ts')).userCommand),
  person: async () => group((await import('#doors/cli/person.ts')).personCommand),
  tenant: async () => group((await import('#doors/cli/tenant.ts')).tenantCommand),
  directory: async () => group((await import('#doors/cli/directory.ts')).directoryCommand),
  maintenance: async () => group((await import('#doors/cli/maintenance.ts')).maintenanceCommand),
  sync: async () => group((await import('#doors/cli/sync.ts')).syncCommand),
  manager: async () => group((await import('#doors/cli/manager.ts')).managerCommand),
  key: async () => group((await import('#doors/cli/key.ts')).keyCommand),
  relay: async () => group((await import('#doors/cli/relay.ts')).relayCommand),
  certificate: async () => group((await import('#doors/cli/certificate.ts')).certificateCommand),
  dkim: async () => group((await import('#doors/cli/dkim.ts')).dkimCommand),
  sender: async () => group((await import('#doors/cli/sender.ts')).senderCommand),
  held: async () => group((await import('#doors/cli/held.ts')).heldCommand),
  suppression: async () => group((await import('#doors/cli/suppression.ts')).suppressionCommand),
  sending: async () => group((await import('#doors/cli/sending.ts')).sendingCommand),
  'mail-password': async () => group((await import('#doors/cli/mail-password.ts')).mailPasswordCommand),
  'audit-log': async () => single((await import('#doors/cli/audit-log.ts')).auditLogCommand),
  alarm: async () => group((await import('#doors/cli/alarm.ts')).alarmCommand),
  policy: async () => group((await import('#doors/cli/policy.ts')).policyCommand),
  allow: async () => group((await import('#doors/cli/sender-list.ts')).senderListCommand('allow')),
  block: async () => group((await import('#doors/cli/sender-list.ts')).senderListCommand('block')),
  rule: async () => group((await import('#doors/cli/rule.ts')).ruleCommand),
  send: async () => single((await import('#doors/cli/send.ts')).sendCommand),
  trace: async () => single((await import('#doors/cli/trace.ts')).traceCommand),
  queue: async () => group((await import('#doors/cli/queue.ts')).queueCommand),
  resend: async () => single((await import('#doors/cli/queue.ts')).resendCommand),
  quarantine: async () => group((await import('#doors/cli/quarantine.ts')).quarantineCommand),
  reports: async () => group((await import('#doors/cli/reports.ts')).reportsCommand),
  review: async () => group((await import('#doors/cli/review.ts')).reviewCommand),
  learning: async () => group((await import('#doors/cli/learning.ts')).learningCommand),
  scanners: async () => group((await import('#doors/cli/scanners.ts')).scannersCommand),
  lists: async () => group((await import('#doors/cli/lists.ts')).listsCommand),
  definitions: async () => group((await import('#doors/cli/definitions.ts')).definitionsCommand),
  affected: async () => single((await import('#doors/cli/affected.ts')).affectedCommand),
  'import-history': async () =>
    createSiteCommand((await import('#doors/cli/history.ts')).importHistoryCommand, async (options) =>
      (await import('./site.ts')).makeSite(options),
    ),
  history: async () => group((await import('#doors/cli/history.ts')).historyCommand),
  status: async () => group((await import('#doors/cli/status.ts')).statusCommand),
  audit: async () => single((await import('#doors/cli/audit.ts')).audit),
  dmarc: async () => single((await import('#doors/cli/dmarc.ts')).dmarcCommand),
  links: async () => single((await import('#doors/cli/links.ts')).linksCommand),
  route: async () => single((await import('#doors/cli/route.ts')).routeCommand),
  backup: async () => single((await import('#doors/cli/backup.ts')).backupCommand),
  config: async () => (await import('#doors/cli/config.ts')).configCommand(findPlace),
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
  drill: async () => programCommand(drill),
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
