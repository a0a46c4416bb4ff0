import { readFileSync } from 'node:fs'
import type { SyncOrder } from '#services/sync/sync-order.ts'
import type { SyncSource } from '#services/sync/sync-store.ts'
import { UseError } from './arguments.ts'
import type { Site } from './site.ts'

/** An order about sources by whoever runs this command, now. */
export function syncOrderOf(site: Site): SyncOrder {
  return {
    store: site.sync,
    directory: site.directory,
    seal: site.sealForSync,
    at: Date.now(),
    who: site.who,
    ip: '',
    mayPath: true,
  }
}

/** @throws UseError */
export async function findSource(site: Site, id: string): Promise<SyncSource> {
  const source = await site.sync.source(id)
  if (!source) throw new UseError(`there is no source ${id}; "mailkeep sync list" shows them`)
  return source
}

/** A source without its secret. */
export function visible({
  secret,
  ...source
}: SyncSource): Omit<SyncSource, 'secret'> & { hasSecret: boolean } {
  return { ...source, hasSecret: secret !== '' }
}

const lists = ['aliasAttributes', 'groups']
const counts = ['pageSize']
const flags = ['startTls']

/** `NAME=VALUE` texts as settings; `ca=@FILE` reads a file. @throws UseError */
export function readSettings(given: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(given.map(readSetting))
}

function readSetting(text: string): [string, unknown] {
  const at = text.indexOf('=')
  if (at < 1) throw new UseError(`--set takes NAME=VALUE; got ${JSON.stringify(text)}`)
  const [name, value] = [text.slice(0, at), text.slice(at + 1)]
  if (lists.includes(name)) return [name, value.split(',').map((each) => each.trim())]
  if (counts.includes(name)) return [name, Number(value)]
  if (flags.includes(name)) return [name, value === 'yes' || value === 'true']
  return [name, name === 'ca' && value.startsWith('@') ? readFileSync(value.slice(1), 'utf8') : value]
}
