import { resolve } from 'node:path'
import { ConfigError, type LoadedConfig } from '#ground/platform/config/load-config.ts'
import { parseMoment } from '#ground/platform/parse-moment.ts'
import { type Arguments, readArguments, UseError } from './arguments.ts'
import type { Command } from './command.ts'
import { createOutput, type Output } from './output.ts'
import { ownFault } from './run-command.ts'

const help = `Usage: mailkeep restore FOLDER [--from BACKUPS] [--at 2026-11-21T16:30:00Z] | --list | --verify [--at TIME]
Makes a data folder of a backup that "mailkeep backup --add" or the server has made. FOLDER must not be there yet.
  --from    the folder of backups; backup.folder if absent
  --at      the newest backup that is not younger; a time such as 2026-11-21T16:30:00Z, or how long ago: 2h
  --list    lists the backups and restores nothing
  --verify  proves that a backup can be restored: its database is put together beside the backups and checked, and each
            file that it needs is read; takes as much room there as the database meanwhile
Exit code 0: done. 1: the backup lacks something, which is listed. 2: wrong use. 70: it could not be done.`

const options = {
  from: { type: 'string' },
  at: { type: 'string' },
  list: { type: 'boolean' },
  verify: { type: 'boolean' },
} as const

/** One backup of a folder. */
export interface ListedBackup {
  /** It has everything up to then (ms). */
  readonly at: number
  /** Pages of the database that it has of its own. */
  readonly pages: number
  /** Files of content that were new. */
  readonly files: number
}

/** What a backup has come to; `faults` are in words. */
export interface RestoreResult {
  readonly at: number
  readonly files: number
  readonly faults: readonly string[]
  /** Ids of messages that left while the backup was made; they have no content, and nobody waits for them. */
  readonly left: readonly string[]
}

/** What stands behind the command. Each throws an Error that says what is wrong. */
export interface RestoreParts {
  /** `faults`: what of the folder cannot be read, in words. */
  list(from: string): { readonly backups: readonly ListedBackup[]; readonly faults: readonly string[] }
  verify(from: string, at: number | null): Promise<RestoreResult>
  restore(from: string, at: number | null, target: string): Promise<RestoreResult>
}

type FindPlace = (options: { config?: string; data?: string }) => { loaded: LoadedConfig }

/** `./mailkeep restore`: works without a data folder, which is what was lost. */
export function restoreCommand(findPlace: FindPlace, load: () => Promise<RestoreParts>): Command {
  return {
    name: 'restore',
    summary: 'makes a data folder of a backup, lists backups, proves that one can be restored',
    async run(argv, io) {
      try {
        const given = readArguments(argv, options)
        if (given.flag('help')) {
          io.stdout.write(`${help}\n`)
          return 0
        }
        return await act(await load(), fromOf(findPlace, given), given, createOutput(io, given.flag('json')))
      } catch (cause) {
        if (cause instanceof UseError || cause instanceof ConfigError) {
          io.stderr.write(`mailkeep restore: ${cause.message}\n${help.split('\n')[0]}\n`)
          return 2
        }
        io.stderr.write(`mailkeep restore: ${(cause as Error).message}\n`)
        return ownFault
      }
    },
  }
}

/** The folder of backups. @throws UseError where none is named */
function fromOf(findPlace: FindPlace, given: Arguments): string {
  const config = given.text('config')
  const from =
    given.text('from') ?? findPlace(config === undefined ? {} : { config }).loaded.config['backup.folder']
  if (from === '') throw new UseError('name the folder of backups with --from, or set backup.folder')
  return resolve(from)
}

async function act(parts: RestoreParts, from: string, given: Arguments, out: Output): Promise<number> {
  const [target, ...more] = given.words
  const at = momentOf(given.text('at'))
  const [isListing, isVerifying] = [given.flag('list'), given.flag('verify')]
  const asked = [target !== undefined, isListing, isVerifying].filter(Boolean)
  if (asked.length !== 1 || more.length > 0) throw new UseError('name a folder, or say --list or --verify')
  if (isListing) return list(parts.list(from), out)
  const result =
    target === undefined ? await parts.verify(from, at) : await parts.restore(from, at, resolve(target))
  const [when, done] = [
    new Date(result.at).toISOString(),
    target === undefined ? `The backup in ${from}` : `The data folder ${resolve(target)}`,
  ]
  const found =
    result.faults.length === 0
      ? [`It lacks nothing.`]
      : [`It lacks:`, ...result.faults.map((each) => `  ${each}`)]
  out.answer(
    { ...result, at: when, from },
    [
      `${done} has everything up to ${when}, with ${result.files} files of content.`,
      ...found,
      ...leftWords(result.left),
    ].join('\n'),
  )
  return result.faults.length === 0 ? 0 : 1
}

const mostLeft = 20

function leftWords(left: readonly string[]): string[] {
  if (left.length === 0) return []
  const some = [...left.slice(0, mostLeft), ...(left.length > mostLeft ? ['...'] : [])]
  return [
    `Left while it was made: ${left.length}. They are settled since, and a start from it sets them aside without content:`,
    ...some.map((each) => `  ${each}`),
  ]
}

function momentOf(text: string | undefined): number | null {
  if (text === undefined) return null
  const at = parseMoment(text, Date.now(), true)
  if (at === null) throw new UseError('--at takes a time such as 2026-11-21T16:30:00Z, or how long ago: 2h')
  return at
}

function list({ backups, faults }: ReturnType<RestoreParts['list']>, out: Output): number {
  const lines = backups.map(
    ({ at, pages, files }) => `${new Date(at).toISOString()}  ${pages} pages, ${files} files were new`,
  )
  out.answer(
    { backups: backups.map((each) => ({ ...each, at: new Date(each.at).toISOString() })) },
    lines.length === 0 ? 'There is no whole backup in this folder.' : lines.join('\n'),
  )
  for (const each of faults) out.warn(`mailkeep restore: ${each}`)
  return backups.length === 0 || faults.length > 0 ? 1 : 0
}
