import { newId } from '#ground/platform/ids.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { readSourceSettings, secretNames } from './source-settings.ts'
import { inSync, type SyncOrder, syncRecorded } from './sync-order.ts'
import { type NewSource, type SourceKind, sourceKinds } from './sync-store.ts'

export interface GivenSource {
  readonly tenant: string
  readonly name: string
  readonly kind: string
  readonly settings: object
  /** Only these domains of the tenant; null: all of them. */
  readonly domains: readonly string[] | null
  readonly takesOver: boolean
  /** In the clear; undefined: none yet. */
  readonly secret?: string | undefined
}

/** Sources of one tenant. */
const mostSources = 50
/** A key file of a service account takes some kilobytes. */
const longestSecret = 65_536

/** Adds a source. It does nothing before a preview was made and somebody has enabled it. @throws OrderError */
export async function addSource(order: SyncOrder, given: GivenSource): Promise<string> {
  const { kind, tenant } = given
  if (!isSourceKind(kind))
    throw new OrderError('wrong', `there is no kind ${kind} of source; there are ${sourceKinds.join(', ')}`)
  const known = await order.store.sources(
    { tenants: null, domains: null },
    { tenant, domain: null },
    '',
    mostSources,
  )
  if (known.length >= mostSources)
    throw new OrderError('conflict', `${tenant} has ${mostSources} sources already; remove one first`)
  const id = newId(order.at)
  const source: NewSource = {
    id,
    tenant,
    name: readName(given.name),
    kind,
    settings: { ...readSourceSettings(kind, { ...given.settings }, order.mayPath) },
    domains: await readDomains(order, tenant, given.domains),
    takesOver: given.takesOver,
    secret: given.secret === undefined ? '' : sealSecret(order, id, kind, given.secret),
    createdAt: order.at,
    createdBy: order.who,
  }
  const { settings, domains, takesOver } = source
  const detail = { kind, settings, domains, takesOver }
  await syncRecorded(order, inSync.addSource(source), 'sync-source-added', source, detail)
  return id
}

export function isSourceKind(kind: string): kind is SourceKind {
  return (sourceKinds as readonly string[]).includes(kind)
}

export function readName(name: string): string {
  const read = name.trim()
  if (read === '' || read.length > 200)
    throw new OrderError('wrong', 'a source has a name of 1 to 200 characters')
  return read
}

/** Domains in lower case, all of them the tenant's. @throws OrderError */
export async function readDomains(
  { directory }: SyncOrder,
  tenant: string,
  given: readonly string[] | null,
): Promise<string[] | null> {
  if (!(await directory.tenants()).some((each) => each.id === tenant))
    throw new OrderError('not-found', `there is no tenant ${tenant}`)
  if (given === null) return null
  const own = (await directory.domains()).filter((each) => each.tenant === tenant).map((each) => each.name)
  const domains = [...new Set(given.map((each) => each.trim().toLowerCase()))]
  const foreign = domains.filter((each) => !own.includes(each))
  if (foreign.length > 0)
    throw new OrderError('not-found', `${tenant} has no domain ${foreign.slice(0, 3).join(', ')}`)
  if (domains.length === 0) throw new OrderError('wrong', 'name at least one domain, or none to mean all')
  return domains
}

/** @throws OrderError */
export function sealSecret(order: SyncOrder, id: string, kind: SourceKind, secret: string): string {
  if (secretNames[kind] === null) throw new OrderError('wrong', `a source of kind ${kind} has no secret`)
  if (secret === '' || secret.length > longestSecret)
    throw new OrderError('wrong', `a ${secretNames[kind]} has 1 to ${longestSecret} characters`)
  return order.seal(id, secret)
}
