import { affectedCommand } from '#doors/cli/affected.ts'
import { alarmCommand } from '#doors/cli/alarm.ts'
import { audit } from '#doors/cli/audit.ts'
import { auditLogCommand } from '#doors/cli/audit-log.ts'
import { authCheckCommand } from '#doors/cli/auth-check.ts'
import { backupCommand } from '#doors/cli/backup.ts'
import { checkRuleCommand } from '#doors/cli/check-rule.ts'
import { classifyBounceCommand } from '#doors/cli/classify-bounce.ts'
import type { Command } from '#doors/cli/command.ts'
import { configCommand } from '#doors/cli/config.ts'
import { definitionsCommand } from '#doors/cli/definitions.ts'
import { directoryCommand } from '#doors/cli/directory.ts'
import { dkimCommand } from '#doors/cli/dkim.ts'
import { dmarcCommand } from '#doors/cli/dmarc.ts'
import { domainCommand } from '#doors/cli/domain.ts'
import { createGroupCommand } from '#doors/cli/group-command.ts'
import { keyCommand } from '#doors/cli/key.ts'
import { learningCommand } from '#doors/cli/learning.ts'
import { linksCommand } from '#doors/cli/links.ts'
import { listsCommand } from '#doors/cli/lists.ts'
import { mailPasswordCommand } from '#doors/cli/mail-password.ts'
import { maintenanceCommand } from '#doors/cli/maintenance.ts'
import { managerCommand } from '#doors/cli/manager.ts'
import { parseReportCommand } from '#doors/cli/parse-report.ts'
import { personCommand } from '#doors/cli/person.ts'
import { policyCommand } from '#doors/cli/policy.ts'
import { programCommand } from '#doors/cli/program-command.ts'
import { quarantineCommand } from '#doors/cli/quarantine.ts'
import { queueCommand, resendCommand } from '#doors/cli/queue.ts'
import { relayCommand } from '#doors/cli/relay.ts'
import { reportsCommand } from '#doors/cli/reports.ts'
import { reviewCommand } from '#doors/cli/review.ts'
import { routeCommand } from '#doors/cli/route.ts'
import { ruleCommand } from '#doors/cli/rule.ts'
import { ownFault, runCommand } from '#doors/cli/run-command.ts'
import { sanitizeCommand } from '#doors/cli/sanitize.ts'
import { scanCommand } from '#doors/cli/scan.ts'
import { scannersCommand } from '#doors/cli/scanners.ts'
import { sendCommand } from '#doors/cli/send.ts'
import { senderListCommand } from '#doors/cli/sender-list.ts'
import type { OpenSite } from '#doors/cli/site.ts'
import { createSiteCommand } from '#doors/cli/site-command.ts'
import { startCommand } from '#doors/cli/start.ts'
import { syncCommand } from '#doors/cli/sync.ts'
import { tenantCommand } from '#doors/cli/tenant.ts'
import { traceCommand } from '#doors/cli/trace.ts'
import { userCommand } from '#doors/cli/user.ts'
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
  help: `Usage: mailkeep bench [throughput|with-rspamd|latency|memory|steady|backlog|filter|search|people|first-page ...]
  [--messages N] [--json]
Runs benchmarks, all of them where none is named, and prints a table for each. throughput is measured beside Debian's
Postfix in the same run, with-rspamd beside Postfix with rspamd; both need root. Takes many minutes.
The report is reports/bench.json.
  --messages  how many steady sends; 100,000 if absent
Exit code 0: done. 1: steady found that memory grows, or inspection takes too long.`,
  file: new URL('../../bench/run.ts', import.meta.url),
}

/** Every command, in the order in which help lists them. */
export const commands: readonly Command[] = [
  startCommand({ findPlace, serve: async (options) => (await import('./serve.ts')).serve(options) }),
  group(domainCommand),
  group(userCommand),
  group(personCommand),
  group(tenantCommand),
  group(directoryCommand),
  group(maintenanceCommand),
  group(syncCommand),
  group(managerCommand),
  group(keyCommand),
  group(relayCommand),
  group(dkimCommand),
  group(mailPasswordCommand),
  single(auditLogCommand),
  group(alarmCommand),
  group(policyCommand),
  group(senderListCommand('allow')),
  group(senderListCommand('block')),
  group(ruleCommand),
  single(sendCommand),
  single(traceCommand),
  group(queueCommand),
  single(resendCommand),
  group(quarantineCommand),
  group(reportsCommand),
  group(reviewCommand),
  group(learningCommand),
  group(scannersCommand),
  group(listsCommand),
  group(definitionsCommand),
  single(affectedCommand),
  single(audit),
  single(dmarcCommand),
  single(linksCommand),
  single(routeCommand),
  single(backupCommand),
  configCommand(findPlace),
  authCheckCommand(async (...asked) =>
    (await import('#flow/checks/authentication/auth-check.ts')).authCheck(...asked),
  ),
  scanCommand(async (request) => (await import('./wiring/scan-message.ts')).scan(request)),
  checkRuleCommand(async (...asked) =>
    (await import('#ground/patterns/check-pattern.ts')).checkPattern(...asked),
  ),
  parseReportCommand(async (request) => (await import('./wiring/parse-report.ts')).parseReport(request)),
  classifyBounceCommand(async (request) =>
    (await import('./wiring/classify-bounce.ts')).classifyBounce(request),
  ),
  sanitizeCommand(async () => (await import('#ground/mail/sanitize/sanitize-html.ts')).sanitizeHtml),
  programCommand(drill),
  programCommand(bench),
]

if (import.meta.main) {
  // A reader that has seen enough (`mailkeep trace | head`) is no fault.
  process.stdout.on('error', (cause: NodeJS.ErrnoException) => process.exit(cause.code === 'EPIPE' ? 0 : 70))
  const code = await runCommand(commands, process.argv.slice(2), process)
  // A start that failed half-way has threads running, which would keep the process; whoever watches it has to see its end.
  if (code === ownFault) process.exit(code)
  process.exitCode = code
}
