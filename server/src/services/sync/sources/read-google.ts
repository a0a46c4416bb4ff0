import { createSign } from 'node:crypto'
import type { admin_directory_v1 } from '@googleapis/admin'
import type { FoundPerson } from '../make-plan.ts'
import type { GoogleSettings } from '../source-settings.ts'
import { SyncFault } from '../sync-fault.ts'
import type { OpenedSource } from '../sync-parts.ts'
import { ask, askToken, faultOfStatus, type Outside, toResponse } from './outside.ts'

const scopes = [
  'https://www.googleapis.com/auth/admin.directory.user.readonly',
  'https://www.googleapis.com/auth/admin.directory.group.readonly',
]
const tokenLifeS = 600
const mostPages = 2000

/** What we need of the key file of a service account. */
interface ServiceKey {
  readonly client_email: string
  readonly private_key: string
  readonly token_uri: string
}

/**
 * People and groups of a Google Workspace customer, on behalf of an administrator. Groups are recipients like people;
 * members are read of those groups alone that the settings name. @throws SyncFault
 */
export async function* readGoogle(
  source: OpenedSource,
  outside: Outside,
  signal: AbortSignal,
): AsyncGenerator<FoundPerson[]> {
  const settings = source.settings as unknown as GoogleSettings
  const { customer } = settings
  const directory = await connect(source, settings, outside, signal)
  if (source.isTest) {
    const page = await pageOf(() => directory.users.list({ customer, maxResults: 10 }), 0)
    yield listOf(page.users, 0).map((each) => toPerson(each, new Map()))
    return
  }
  const groups: admin_directory_v1.Schema$Group[] = []
  for await (const page of pagesOf((pageToken) =>
    directory.groups.list({ customer, maxResults: 200, ...pageToken }),
  ))
    groups.push(...listOf(page.groups, 0))
  const groupsOf = await readMembers(directory, groups, settings.groups)
  let pages = 0
  for await (const page of pagesOf((pageToken) =>
    directory.users.list({ customer, maxResults: 500, orderBy: 'email', ...pageToken }),
  ))
    yield listOf(page.users, pages++).map((each) => toPerson(each, groupsOf))
  yield groups.map((each) => ({
    id: each.id ?? '',
    name: each.name ?? '',
    addresses: [each.email ?? '', ...texts(each.aliases), ...texts(each.nonEditableAliases)].filter(
      (one) => one !== '',
    ),
    groups: [],
  }))
}

async function connect(
  source: OpenedSource,
  { admin: subject, baseUrl, ca }: GoogleSettings,
  outside: Outside,
  signal: AbortSignal,
): Promise<admin_directory_v1.Admin> {
  const key = readKey(source.secret)
  const token = await askToken(
    key.token_uri,
    { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: signAssertion(key, subject) },
    outside,
    { ca, signal },
  )
  const { admin } = await import('@googleapis/admin')
  return admin({
    version: 'directory_v1',
    rootUrl: baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`,
    headers: { authorization: `Bearer ${token}` },
    retry: false,
    fetchImplementation: (async (url: string | URL, given: { headers?: unknown } = {}) => {
      const headers = Object.fromEntries(new Headers(given.headers as Record<string, string>))
      // What is compressed would be opened by nobody.
      return toResponse(
        await ask(String(url), { headers: { ...headers, 'accept-encoding': 'identity' } }, outside, {
          ca,
          signal,
        }),
      )
    }) as typeof fetch,
  })
}

function readKey(secret: string): ServiceKey {
  let key: Partial<Record<keyof ServiceKey, unknown>> = {}
  try {
    key = JSON.parse(secret)
  } catch {
    // Said below, and without the key.
  }
  const {
    client_email: email,
    private_key: pem,
    token_uri: uri = 'https://oauth2.googleapis.com/token',
  } = key ?? {}
  if (
    typeof email !== 'string' ||
    typeof pem !== 'string' ||
    typeof uri !== 'string' ||
    URL.parse(uri) === null
  )
    throw new SyncFault(
      'sign-in-refused',
      'the key of the service account is not the JSON file that Google gives out',
    )
  return { client_email: email, private_key: pem, token_uri: uri }
}

/** A signed statement who we are and on whose behalf we ask (RFC 7523). */
function signAssertion(
  { client_email: iss, private_key: pem, token_uri: aud }: ServiceKey,
  sub: string,
): string {
  const iat = Math.floor(Date.now() / 1000)
  const parts = [
    { alg: 'RS256', typ: 'JWT' },
    { iss, sub, aud, scope: scopes.join(' '), iat, exp: iat + tokenLifeS },
  ].map((each) => Buffer.from(JSON.stringify(each)).toString('base64url'))
  try {
    return [...parts, createSign('RSA-SHA256').update(parts.join('.')).sign(pem, 'base64url')].join('.')
  } catch {
    throw new SyncFault('sign-in-refused', 'the private key of the service account cannot be read')
  }
}

interface Paged {
  readonly nextPageToken?: string | null
}

async function* pagesOf<Data extends Paged>(
  list: (pageToken: { pageToken?: string }) => Promise<{ data: Data }>,
): AsyncGenerator<Data> {
  const seen = new Set<string>()
  let token: string | null = null
  for (let pages = 0; ; pages++) {
    const page: Data = await pageOf(() => list(token === null ? {} : { pageToken: token }), pages)
    yield page
    const next = page.nextPageToken ?? ''
    if (next === '') return
    if (seen.has(next) || pages >= mostPages) throw new SyncFault('partial', 'its pages go round in a circle')
    seen.add(next)
    token = next
  }
}

async function pageOf<Data>(list: () => Promise<{ data: Data }>, pages: number): Promise<Data> {
  try {
    const { data } = await list()
    if (typeof data !== 'object' || data === null)
      throw new SyncFault(pages > 0 ? 'partial' : 'unreadable', `page ${pages + 1} is no list`)
    return data
  } catch (cause) {
    const inner = findFault(cause)
    if (inner)
      throw pages > 0 && inner.code === 'unreachable'
        ? new SyncFault('partial', `page ${pages + 1} is missing: ${inner.message}`)
        : inner
    const { status, message } = cause as { status?: number; message: string }
    if (typeof status === 'number' && status >= 400) throw faultOfStatus(status, pages, message)
    throw new SyncFault(pages > 0 ? 'partial' : 'unreadable', message)
  }
}

/** The library wraps what our own transport has thrown. */
function findFault(cause: unknown): SyncFault | null {
  for (let each: unknown = cause; each instanceof Error; each = each.cause)
    if (each instanceof SyncFault) return each
  return null
}

function listOf<Item>(list: Item[] | undefined, pages: number): Item[] {
  if (list !== undefined && !Array.isArray(list))
    throw new SyncFault(pages > 0 ? 'partial' : 'unreadable', `page ${pages + 1} is no list`)
  return list ?? []
}

async function readMembers(
  directory: admin_directory_v1.Admin,
  groups: readonly admin_directory_v1.Schema$Group[],
  names: readonly string[],
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  for (const name of names) {
    const group = groups.find(({ name: own, email }) => own === name || email === name)
    if (!group?.id) throw new SyncFault('wrong-settings', `there is no group ${name}`)
    const groupKey = group.id
    const list = (pageToken: { pageToken?: string }) =>
      directory.members.list({ groupKey, includeDerivedMembership: true, maxResults: 200, ...pageToken })
    for await (const page of pagesOf(list))
      for (const { id } of listOf(page.members, 0)) {
        const known = found.get(id ?? '')
        if (known) known.push(name)
        else found.set(id ?? '', [name])
      }
  }
  return found
}

function toPerson(
  { id, primaryEmail, name, aliases, nonEditableAliases }: admin_directory_v1.Schema$User,
  groupsOf: ReadonlyMap<string, string[]>,
): FoundPerson {
  return {
    id: id ?? '',
    name: name?.fullName ?? '',
    addresses: [primaryEmail ?? '', ...texts(aliases), ...texts(nonEditableAliases)].filter(
      (each) => each !== '',
    ),
    groups: groupsOf.get(id ?? '') ?? [],
  }
}

function texts(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : []
}
