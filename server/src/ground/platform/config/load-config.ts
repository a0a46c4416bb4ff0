import { existsSync, readFileSync } from 'node:fs'
import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml'
import type { Setting } from './setting-types.ts'
import { type Config, environmentName, type SettingName, settings } from './settings.ts'

/** Where a value came from, for `config explain`. */
export interface Origin {
  readonly from: 'default' | 'file' | 'environment'
  readonly where: string
}

export interface LoadedConfig {
  readonly config: Config
  readonly origins: ReadonlyMap<SettingName, Origin>
  /** Path of the settings file, or null where there is none. */
  readonly file: string | null
}

/** Wrong settings: each problem says where it stands and what would be right. */
export class ConfigError extends Error {
  readonly code = 'config-wrong'
  readonly problems: string[]
  constructor(problems: string[]) {
    super(problems.join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

const names = Object.keys(settings) as SettingName[]

/**
 * Reads mailkeep.yaml and the environment over the defaults.
 * @param path the settings file; null: defaults and environment only
 * @throws ConfigError with every problem found, so that people mend them in one go
 */
export function loadConfig(
  path: string | null,
  environment: Record<string, string | undefined>,
): LoadedConfig {
  const problems: string[] = []
  const values: Record<string, unknown> = {}
  const origins = new Map<SettingName, Origin>()
  for (const name of names) {
    values[name] = settings[name].default
    origins.set(name, { from: 'default', where: 'default' })
  }
  const take = (name: SettingName, raw: unknown, origin: Origin) => {
    try {
      values[name] = (settings[name] as Setting<unknown>).read(raw)
      origins.set(name, origin)
    } catch (cause) {
      const shown = settings[name].kind === 'secret' ? 'the value' : JSON.stringify(raw)
      problems.push(`${origin.where}: ${name} is ${shown}; expected ${(cause as Error).message}`)
    }
  }
  if (path !== null) readFile(path, take, problems)
  readEnvironment(environment, take, problems)
  if (problems.length === 0) problems.push(...crossChecks(values as unknown as Config))
  if (problems.length > 0) throw new ConfigError(problems)
  return { config: values as unknown as Config, origins, file: path }
}

type Take = (name: SettingName, raw: unknown, origin: Origin) => void

function readFile(path: string, take: Take, problems: string[]): void {
  if (!existsSync(path)) {
    problems.push(`${path}: there is no such file; leave --config away to run with the defaults`)
    return
  }
  const lines = new LineCounter()
  const document = parseDocument(readFileSync(path, 'utf8'), { lineCounter: lines })
  const lineOf = (node: unknown) => {
    const range = (node as Node | null)?.range
    return `${path}:${range ? lines.linePos(range[0]).line : 1}`
  }
  for (const error of document.errors)
    problems.push(`${path}:${error.linePos?.[0].line ?? 1}: ${error.message.split('\n')[0]}`)
  if (document.errors.length > 0 || document.contents === null) return
  const walk = (node: unknown, prefix: string) => {
    if (!isMap(node)) {
      problems.push(`${lineOf(node)}: ${prefix || 'the file'} should hold settings, one "name: value" a line`)
      return
    }
    for (const pair of node.items) {
      const key = isScalar(pair.key) ? String(pair.key.value) : ''
      const name = prefix === '' ? key : `${prefix}.${key}`
      if (name in settings) {
        const raw = (pair.value as { toJSON?: () => unknown } | null)?.toJSON?.() ?? null
        take(name as SettingName, raw, { from: 'file', where: lineOf(pair.key) })
      } else if (names.some((each) => each.startsWith(`${name}.`))) walk(pair.value, name)
      else problems.push(`${lineOf(pair.key)}: there is no setting ${name}${closest(name)}`)
    }
  }
  walk(document.contents, '')
}

/**
 * Takes the live settings of `next` over into those of a running server, which all its parts share.
 * Answers what changed, and what differs but waits for the next start.
 */
export function takeLiveSettings(
  running: Config,
  next: Config,
): { readonly taken: SettingName[]; readonly atNextStart: SettingName[] } {
  const shown = (config: Config, name: SettingName) => (settings[name] as Setting<unknown>).show(config[name])
  const differing = names.filter((name) => shown(running, name) !== shown(next, name))
  const taken = differing.filter((name) => settings[name].when === 'live')
  Object.assign(running, Object.fromEntries(taken.map((name) => [name, next[name]])))
  return { taken, atNextStart: differing.filter((name) => settings[name].when === 'restart') }
}

/** Variables of Mailkeep that are no settings: where the file and the data are, and suites of tests. */
const otherVariables = new Set(['MAILKEEP_CONFIG', 'MAILKEEP_DATA', 'MAILKEEP_SUITES'])

function readEnvironment(
  environment: Record<string, string | undefined>,
  take: Take,
  problems: string[],
): void {
  const byVariable = new Map(names.map((name) => [environmentName(name), name]))
  for (const [variable, raw] of Object.entries(environment)) {
    if (!variable.startsWith('MAILKEEP_') || raw === undefined || otherVariables.has(variable)) continue
    const name = byVariable.get(variable)
    if (name) take(name, raw, { from: 'environment', where: variable })
    else problems.push(`${variable}: there is no such setting; see docs/reference/settings.md`)
  }
}

/** What is wrong only in combination. */
function crossChecks(config: Config): string[] {
  const problems: string[] = []
  const addressOf = (source: string) => source.trim().split(/\s+/)[0]
  const outbound = config['delivery.outboundSource'].map(addressOf)
  const shared = config['delivery.inboundSource'].map(addressOf).filter((each) => outbound.includes(each))
  if (shared.length > 0) {
    problems.push(
      `delivery.inboundSource and delivery.outboundSource share ${shared.join(', ')}; filtered inbound mail must not leave by addresses that carry outbound mail`,
    )
  }
  if ((config['tls.certificate'] === '') !== (config['tls.key'] === '')) {
    problems.push('tls.certificate and tls.key belong together: set both or neither')
  }
  if (config['spool.diskRefuse'] < config['spool.diskAlarm']) {
    problems.push('spool.diskRefuse is below spool.diskAlarm; the alarm must come first')
  }
  if (
    config['inspection.arcSeal'] &&
    !(config['inspection.arcDomain'] && config['inspection.arcSelector'] && config['inspection.arcKey'])
  ) {
    problems.push(
      'inspection.arcSeal needs inspection.arcDomain, inspection.arcSelector and inspection.arcKey',
    )
  }
  if (config['antivirus.signatures'] !== '' && config['antivirus.signaturesKey'] === '')
    problems.push('antivirus.signatures needs antivirus.signaturesKey; what is not signed is not taken')
  return problems
}

function closest(name: string): string {
  const tail = name.split('.').at(-1)?.toLowerCase() ?? ''
  const near =
    names.find((each) => each.toLowerCase().endsWith(`.${tail}`)) ??
    names.find((each) => distance(each, name) <= 3)
  return near ? `; did you mean ${near}?` : ''
}

/** Levenshtein distance; settings names are short. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(
        (next[j - 1] ?? 0) + 1,
        (row[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      )
    }
    row = next
  }
  return row[b.length] ?? 0
}
