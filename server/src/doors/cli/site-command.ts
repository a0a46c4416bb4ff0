import type { ParseArgsOptionsConfig } from 'node:util'
import { ConfigError } from '#ground/platform/config/load-config.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { type Arguments, readArguments, UseError } from './arguments.ts'
import type { Command, CommandStreams } from './command.ts'
import { leaveLine } from './leave-line.ts'
import { createOutput, type Output } from './output.ts'
import { type OpenSite, type Site, SiteError } from './site.ts'

/** What a command that works on a site is made of. */
export interface SiteCommand {
  readonly name: string
  readonly summary: string
  /** Lines of help: usage first, then what the options mean. */
  readonly help: string
  readonly options: ParseArgsOptionsConfig
  /** What it writes is not for anybody to answer for: it publishes again what stands. Then it needs no line of audit. */
  readonly isReading?: true
  /** Does it. Answers the exit code: 0 fine, 1 found something. @throws UseError for wrong use, OrderError */
  run(site: Site, given: Arguments, out: Output): Promise<number>
}

/** Makes a Command out of it: reads arguments, opens and closes the site, prints errors with what to do. */
export function createSiteCommand(command: SiteCommand, openSite: OpenSite): Command {
  return {
    name: command.name,
    summary: command.summary,
    async run(argv, io) {
      let site: Site | null = null
      try {
        const given = readArguments(argv, command.options)
        if (given.flag('help')) {
          io.stdout.write(`${command.help}\n`)
          return 0
        }
        const [config, data] = [given.text('config'), given.text('data')]
        site = await openSite({
          ...(config !== undefined && { config }),
          ...(data !== undefined && { data }),
        })
        try {
          return await command.run(site, given, createOutput(io, given.flag('json')))
        } finally {
          await leaveLine(site, command, given)
        }
      } catch (cause) {
        return explain(cause, command, io)
      } finally {
        site?.close()
      }
    },
  }
}

function explain(cause: unknown, command: SiteCommand, io: CommandStreams): number {
  if (cause instanceof UseError)
    io.stderr.write(`mailkeep ${command.name}: ${cause.message}\n${command.help.split('\n')[0]}\n`)
  else if (cause instanceof ConfigError) io.stderr.write(`The settings are wrong:\n${cause.message}\n`)
  else if (cause instanceof SiteError || cause instanceof OrderError)
    io.stderr.write(`mailkeep ${command.name}: ${cause.message}\n`)
  else throw cause
  return 2
}
