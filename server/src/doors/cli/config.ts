import { existsSync } from 'node:fs'
import { ConfigError, type LoadedConfig } from '#ground/platform/config/load-config.ts'
import type { Setting } from '#ground/platform/config/setting-types.ts'
import { environmentName, type SettingName, settings } from '#ground/platform/config/settings.ts'
import { type Arguments, readArguments, UseError } from './arguments.ts'
import type { Command, CommandStreams } from './command.ts'
import { createOutput, type Output } from './output.ts'

const help = `Usage: mailkeep config check|explain [NAME...]

Usage: mailkeep config check
Reads the settings as the server would at its start.
Exit code 0: they are right. 1: they are wrong; each problem says where it stands and what would be right.

Usage: mailkeep config explain [NAME...]
Shows settings (all, or those whose names start so): the value, where it comes from, default, and what it does.`

type FindPlace = (options: { config?: string; data?: string }) => { loaded: LoadedConfig; folder: string }

/** `./mailkeep config`: works without data, and with settings that are wrong. */
export function configCommand(findPlace: FindPlace): Command {
  return {
    name: 'config',
    summary: 'checks the settings, explains each of them',
    async run(argv, io) {
      try {
        const given = readArguments(argv, {})
        if (given.flag('help')) {
          io.stdout.write(`${help}\n`)
          return 0
        }
        const out = createOutput(io, given.flag('json'))
        const [verb, ...names] = given.words
        if (verb === 'check' && names.length === 0) return check(findPlace, given, out)
        if (verb === 'explain') return explain(load(findPlace, given), names, out)
        throw new UseError('check or explain?')
      } catch (cause) {
        return tell(cause, io)
      }
    },
  }
}

function load(findPlace: FindPlace, given: Arguments): LoadedConfig {
  const [config, data] = [given.text('config'), given.text('data')]
  return findPlace({ ...(config !== undefined && { config }), ...(data !== undefined && { data }) }).loaded
}

function check(findPlace: FindPlace, given: Arguments, out: Output): number {
  try {
    const loaded = load(findPlace, given)
    const { file } = loaded
    const problems = missingFiles(loaded)
    if (problems.length > 0) throw new ConfigError(problems)
    out.answer({ file, problems }, `The settings are right (${file ?? 'defaults and environment'}).`)
    return 0
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause
    out.answer({ problems: cause.problems }, `The settings are wrong:\n${cause.message}`)
    return 1
  }
}

/** Files that settings name and that must be there when the server starts. */
function missingFiles({ config, origins }: LoadedConfig): string[] {
  return (['tls.certificate', 'tls.key', 'inspection.arcKey'] as const)
    .filter((name) => config[name] !== '' && !existsSync(config[name]))
    .map((name) => `${origins.get(name)?.where}: ${name} names ${config[name]}, and there is no such file`)
}

function explain(loaded: LoadedConfig, names: readonly string[], out: Output): number {
  const known = Object.keys(settings) as SettingName[]
  const chosen =
    names.length === 0 ? known : known.filter((each) => names.some((name) => each.startsWith(name)))
  if (chosen.length === 0) throw new UseError(`there is no setting ${names.join(', ')}`)
  const described = chosen.map((name) => describe(name, loaded))
  const text = described
    .map((each) =>
      [
        `${each.name} = ${each.value || "''"}`,
        `  from         ${each.from}`,
        `  default      ${each.default || "''"}`,
        `  kind         ${each.kind}, ${each.when === 'live' ? 'applies at once on SIGHUP' : 'applies at the next start'}`,
        `  environment  ${each.environment}`,
        `  ${each.help}`,
      ].join('\n'),
    )
    .join('\n\n')
  out.answer({ settings: described }, text)
  return 0
}

function describe(name: SettingName, { config, origins }: LoadedConfig) {
  const setting = settings[name] as Setting<unknown>
  const show = (value: unknown) =>
    setting.secret === true && value !== '' ? '(secret)' : setting.show(value)
  const origin = origins.get(name)
  return {
    name,
    value: show(config[name]),
    from: origin === undefined || origin.from === 'default' ? 'default' : `${origin.from} ${origin.where}`,
    default: show(setting.default),
    kind: setting.kind,
    when: setting.when,
    environment: environmentName(name),
    help: setting.help,
  }
}

function tell(cause: unknown, io: CommandStreams): number {
  if (cause instanceof UseError) io.stderr.write(`mailkeep config: ${cause.message}\n${help}\n`)
  else if (cause instanceof ConfigError) io.stderr.write(`The settings are wrong:\n${cause.message}\n`)
  else throw cause
  return 2
}
