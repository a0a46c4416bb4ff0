import { OrderError } from '#services/ledger/order-error.ts'
import { readDomains, readName, sealSecret } from './add-source.ts'
import { readSourceSettings } from './source-settings.ts'
import { inSync, type SyncOrder, syncRecorded } from './sync-order.ts'
import type { SyncSource } from './sync-store.ts'

export interface SourceChange {
  readonly name?: string | undefined
  /** Only the settings that change; the others stay. */
  readonly settings?: object | undefined
  readonly domains?: readonly string[] | null | undefined
  readonly takesOver?: boolean | undefined
  /** In the clear. It cannot be read again. */
  readonly secret?: string | undefined
}

/** Files that are sent in; the longest list of people that one source may bring. */
const longestFile = 32 << 20

/** Changes a source. People whom it has brought stay its own. @throws OrderError */
export async function changeSource(order: SyncOrder, source: SyncSource, given: SourceChange): Promise<void> {
  const { id, kind, tenant } = source
  const { name, domains, takesOver, secret } = given
  const settings = given.settings && ({ ...given.settings } as Readonly<Record<string, unknown>>)
  const mayPath = order.mayPath || (settings?.path ?? source.settings.path) === source.settings.path
  const changed = {
    ...(name !== undefined && { name: readName(name) }),
    ...(settings !== undefined && {
      settings: { ...readSourceSettings(kind, { ...source.settings, ...settings }, mayPath) },
    }),
    ...(domains !== undefined && { domains: await readDomains(order, tenant, domains) }),
    ...(takesOver !== undefined && { takesOver }),
  }
  // A secret is for the place that it was given for: whoever points a source elsewhere has to know it.
  if (secret === undefined && source.secret !== '' && leadsElsewhere(source, changed.settings))
    throw new OrderError(
      'wrong',
      'the address or the name for signing in changes: give the secret anew with it',
    )
  const sealed = secret === undefined ? {} : { secret: sealSecret(order, id, kind, secret) }
  const before = Object.fromEntries(Object.keys(changed).map((key) => [key, source[key as keyof SyncSource]]))
  const change = inSync.changeSource(id, { ...changed, ...sealed })
  await syncRecorded(order, change, 'sync-source-changed', source, {
    before,
    after: changed,
    ...(secret !== undefined && { secret: 'given anew' }),
  })
}

/** Settings that say whom the secret is shown to. */
const places = ['url', 'startTls', 'ca', 'bindDn', 'baseUrl', 'loginUrl', 'directoryId', 'clientId']

function leadsElsewhere(
  { settings: before }: SyncSource,
  after: Readonly<Record<string, unknown>> | undefined,
): boolean {
  return after !== undefined && places.some((each) => before[each] !== after[each])
}

/** Takes a file in, whole; the next preview or run reads it. @throws OrderError */
export async function putSourceFile(order: SyncOrder, source: SyncSource, content: string): Promise<void> {
  if (source.kind !== 'csv') throw new OrderError('wrong', `a source of kind ${source.kind} reads no file`)
  const bytes = Buffer.byteLength(content)
  if (bytes === 0 || bytes > longestFile)
    throw new OrderError('wrong', `a file has 1 to ${longestFile} bytes; this one has ${bytes}`)
  const put = inSync.putFile(source.id, content)
  if (!(await syncRecorded(order, put, 'sync-file-taken', source, { bytes })))
    throw new OrderError('not-found', `there is no source ${source.id} any more; the file was not taken`)
  await order.store.changeSource(source.id, {})
}

/** Removes a source; its people stay, with their settings and mail, for whichever source names them next. */
export async function removeSource(order: SyncOrder, source: SyncSource): Promise<void> {
  const { kind, settings, domains } = source
  const detail = { kind, settings, domains }
  await syncRecorded(order, inSync.removeSource(source.id), 'sync-source-removed', source, detail)
}
