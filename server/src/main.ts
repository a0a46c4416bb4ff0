import { affectedCommand } from '#doors/cli/affected.ts'
import { audit } from '#doors/cli/audit.ts'
import { authCheckCommand } from '#doors/cli/auth-check.ts'
import type { Command } from '#doors/cli/command.ts'
import { configCommand } from '#doors/cli/config.ts'
import { directoryCommand } from '#doors/cli/directory.ts'
import { domainCommand } from '#doors/cli/domain.ts'
import { createGroupCommand } from '#doors/cli/group-command.ts'
import { quarantineCommand } from '#doors/cli/quarantine.ts'
import { queueCommand, resendCommand } from '#doors/cli/queue.ts'
import { routeCommand } from '#doors/cli/route.ts'
import { runCommand } from '#doors/cli/run-command.ts'
import { sendCommand } from '#doors/cli/send.ts'
import { createSiteCommand } from '#doors/cli/site-command.ts'
import { startCommand } from '#doors/cli/start.ts'
import { tenantCommand } from '#doors/cli/tenant.ts'
import { traceCommand } from '#doors/cli/trace.ts'
import { userCommand } from '#doors/cli/user.ts'
import { authCheck } from '#flow/checks/authentication/auth-check.ts'
import { serve } from './serve.ts'
import { findPlace, openSite } from './site.ts'

const group = (each: Parameters<typeof createGroupCommand>[0]) => createGroupCommand(each, openSite)
const single = (each: Parameters<typeof createSiteCommand>[0]) => createSiteCommand(each, openSite)

/** Every command, in the order in which help lists them. */
export const commands: readonly Command[] = [
  startCommand({ findPlace, serve }),
  group(domainCommand),
  group(userCommand),
  group(tenantCommand),
  group(directoryCommand),
  single(sendCommand),
  single(traceCommand),
  group(queueCommand),
  single(resendCommand),
  group(quarantineCommand),
  single(affectedCommand),
  single(audit),
  single(routeCommand),
  configCommand(findPlace),
  authCheckCommand(authCheck),
]

if (import.meta.main) {
  // A reader that has seen enough (`mailkeep trace | head`) is no fault.
  process.stdout.on('error', (cause: NodeJS.ErrnoException) => process.exit(cause.code === 'EPIPE' ? 0 : 70))
  process.exitCode = await runCommand(commands, process.argv.slice(2), process)
}
