import type { Context, Middleware } from '@microsoft/microsoft-graph-client'
import type { FoundPerson } from '../make-plan.ts'
import type { GraphSettings } from '../source-settings.ts'
import { SyncFault } from '../sync-fault.ts'
import type { OpenedSource } from '../sync-parts.ts'
import { ask, askToken, faultOfStatus, type Outside, toResponse } from './outside.ts'

interface Page {
  readonly value?: unknown
  readonly '@odata.nextLink'?: unknown
  readonly '@odata.count'?: unknown
}

interface Item {
  readonly id?: unknown
  readonly displayName?: unknown
  readonly mail?: unknown
  readonly proxyAddresses?: unknown
}

/** More pages than any organisation has: a directory that never ends is broken. */
const mostPages = 2000
const pageSize = 999
const fields = 'id,displayName,mail,proxyAddresses'

/**
 * People and groups with an address of a Microsoft 365 organisation. Groups are recipients like people; members are
 * read of those groups alone that the settings name. @throws SyncFault
 */
export async function* readGraph(
  source: OpenedSource,
  outside: Outside,
  signal: AbortSignal,
): AsyncGenerator<FoundPerson[]> {
  const settings = source.settings as unknown as GraphSettings
  const get = await connect(source, settings, outside, signal)
  const top = source.isTest ? 10 : pageSize
  const groupsOf = source.isTest ? new Map<string, string[]>() : await readMembers(get, settings)
  const users = `/users?$select=${fields}&$top=${top}&$count=true`
  for await (const items of pagesOf(get, users, settings.baseUrl)) {
    yield items.map((each) => toPerson(each, groupsOf))
    if (source.isTest) return
  }
  const groups = `/groups?$filter=mailEnabled eq true&$select=${fields}&$top=${pageSize}&$count=true`
  for await (const items of pagesOf(get, groups, settings.baseUrl))
    yield items.map((each) => toPerson(each, groupsOf))
}

type Get = (path: string, pages: number) => Promise<Page>

async function connect(
  source: OpenedSource,
  { directoryId, clientId, baseUrl, loginUrl, ca }: GraphSettings,
  outside: Outside,
  signal: AbortSignal,
): Promise<Get> {
  const token = await askToken(
    `${trimSlash(loginUrl)}/${encodeURIComponent(directoryId)}/oauth2/v2.0/token`,
    {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: source.secret,
      scope: `${new URL(baseUrl).origin}/.default`,
    },
    outside,
    { ca, signal },
  )
  const { Client, GraphError } = await import('@microsoft/microsoft-graph-client')
  // The library makes an error of its own of whatever is thrown within it.
  let fault: SyncFault | null = null as SyncFault | null
  const middleware: Middleware = {
    async execute(context: Context) {
      const headers = Object.fromEntries(new Headers(context.options?.headers as Record<string, string>))
      const question = { headers: { ...headers, authorization: `Bearer ${token}` } }
      fault = null
      try {
        context.response = toResponse(await ask(String(context.request), question, outside, { ca, signal }))
      } catch (cause) {
        if (cause instanceof SyncFault) fault = cause
        throw cause
      }
    },
  }
  const client = Client.initWithMiddleware({
    middleware,
    baseUrl: trimSlash(baseUrl),
    defaultVersion: 'v1.0',
  })
  return async (path, pages) => {
    try {
      return (await client.api(path).header('ConsistencyLevel', 'eventual').get()) as Page
    } catch (cause) {
      if (fault) throw pages > 0 ? toPart(fault, pages) : fault
      const { statusCode, message } = cause as InstanceType<typeof GraphError>
      if (cause instanceof GraphError && statusCode >= 400) throw faultOfStatus(statusCode, pages, message)
      throw new SyncFault(pages > 0 ? 'partial' : 'unreadable', message)
    }
  }
}

/** Whatever keeps a later page away leaves a part. */
function toPart(fault: SyncFault, pages: number): SyncFault {
  if (fault.code !== 'unreachable') return fault
  return new SyncFault('partial', `page ${pages + 1} is missing: ${fault.message}`)
}

async function* pagesOf(get: Get, path: string, baseUrl: string): AsyncGenerator<Item[]> {
  const seen = new Set<string>()
  let [next, count, read]: [string | null, number | null, number] = [path, null, 0]
  for (let pages = 0; next !== null; pages++) {
    const page: Page = await get(next, pages)
    if (typeof page !== 'object' || page === null || !Array.isArray(page.value))
      throw new SyncFault(pages > 0 ? 'partial' : 'unreadable', `page ${pages + 1} is no list`)
    if (pages === 0 && typeof page['@odata.count'] === 'number') count = page['@odata.count']
    read += page.value.length
    yield page.value as Item[]
    next = readNext(page, baseUrl, pages)
    if (next !== null && (seen.has(next) || pages >= mostPages))
      throw new SyncFault('partial', 'its pages go round in a circle')
    if (next !== null) seen.add(next)
  }
  // The count is of a moment ago, so that a few less are no loss.
  if (count !== null && read < count - Math.max(2, count / 100))
    throw new SyncFault('partial', `it has ${count} entries, and ${read} of them came`)
}

/** The token goes along with the question: it is asked of the same place only. */
function readNext(page: Page, baseUrl: string, pages: number): string | null {
  const link = page['@odata.nextLink']
  if (link === undefined || link === null) return null
  if (typeof link !== 'string' || URL.parse(link)?.origin !== new URL(baseUrl).origin)
    throw new SyncFault('partial', `page ${pages + 1} leads to a place that is not the directory`)
  return link
}

/** Groups by the ids of their members. */
async function readMembers(get: Get, { groups, baseUrl }: GraphSettings): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  for (const name of groups) {
    const filter = `displayName eq '${name.replaceAll("'", "''")}'`
    const [group] = await firstPage(
      get,
      `/groups?$filter=${encodeURIComponent(filter)}&$select=id&$top=2`,
      baseUrl,
    )
    if (!group) throw new SyncFault('wrong-settings', `there is no group ${name}`)
    const members = `/groups/${encodeURIComponent(String(group.id))}/transitiveMembers/microsoft.graph.user?$select=id&$top=${pageSize}&$count=true`
    for await (const items of pagesOf(get, members, baseUrl))
      for (const { id } of items) {
        const known = found.get(String(id))
        if (known) known.push(name)
        else found.set(String(id), [name])
      }
  }
  return found
}

async function firstPage(get: Get, path: string, baseUrl: string): Promise<Item[]> {
  for await (const items of pagesOf(get, path, baseUrl)) return items
  return []
}

function toPerson(
  { id, displayName, mail, proxyAddresses }: Item,
  groupsOf: Map<string, string[]>,
): FoundPerson {
  const proxies = (Array.isArray(proxyAddresses) ? proxyAddresses : []).flatMap((each) =>
    typeof each === 'string' && /^smtp:/i.test(each) ? [each] : [],
  )
  const main = proxies.find((each) => each.startsWith('SMTP:'))?.slice(5)
  const plain = typeof mail === 'string' && mail !== '' ? [mail] : []
  const all = [...(main === undefined ? [] : [main]), ...plain, ...proxies.map((each) => each.slice(5))]
  return {
    id: String(id ?? ''),
    name: typeof displayName === 'string' ? displayName : '',
    addresses: [...new Map(all.map((each) => [each.toLowerCase(), each])).values()],
    groups: groupsOf.get(String(id)) ?? [],
  }
}

function trimSlash(url: string): string {
  return url.endsWith('/') ? url.slice(0, -1) : url
}
