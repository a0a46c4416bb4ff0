import { audit } from '#doors/cli/audit.ts'
import { authCheckCommand } from '#doors/cli/auth-check.ts'
import type { Command } from '#doors/cli/command.ts'
import { createSiteCommand, type SiteCommand } from '#doors/cli/site-command.ts'
import { startCommand } from '#doors/cli/start.ts'
import { authCheck } from '#flow/checks/authentication/auth-check.ts'
import { serve } from './serve.ts'
import { findPlace, openSite } from './site.ts'

const siteCommands: readonly SiteCommand[] = [audit]

const commands: readonly Command[] = [
  startCommand({ findPlace, serve }),
  ...siteCommands.map((each) => createSiteCommand(each, openSite)),
  authCheckCommand(authCheck),
]

/** Runs `./mailkeep COMMAND`. @returns the exit code */
async function main(argv: string[]): Promise<number> {
  const [name = '--help', ...rest] = argv
  const command = commands.find((each) => each.name === name)
  if (command) return command.run(rest, process)
  const list = commands.map((each) => `  ${each.name.padEnd(14)} ${each.summary}`).join('\n')
  const text = `Usage: mailkeep COMMAND [options]; each command knows --help\n\n${list}\n`
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(text)
    return 0
  }
  process.stderr.write(`mailkeep: there is no command ${name}\n\n${text}`)
  return 2
}

process.exitCode = await main(process.argv.slice(2))
