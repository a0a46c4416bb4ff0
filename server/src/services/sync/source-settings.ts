import { OrderError } from '#services/ledger/order-error.ts'
import type { SourceKind } from './sync-store.ts'

export interface CsvSettings {
  /** A file on the machine of the server, read at each run; empty: the file that was sent in. */
  readonly path: string
}

export interface LdapSettings {
  /** `ldap://HOST[:PORT]` or `ldaps://HOST[:PORT]`. */
  readonly url: string
  readonly startTls: boolean
  /** Certificates (PEM) of a private authority; empty: those of the world. */
  readonly ca: string
  /** Name that we sign in with; empty: nobody's. */
  readonly bindDn: string
  readonly base: string
  readonly filter: string
  readonly addressAttribute: string
  readonly aliasAttributes: readonly string[]
  readonly nameAttribute: string
  readonly idAttribute: string
  /** Empty: groups are left alone. */
  readonly groupAttribute: string
  readonly pageSize: number
}

export interface GraphSettings {
  readonly directoryId: string
  readonly clientId: string
  readonly baseUrl: string
  readonly loginUrl: string
  readonly ca: string
  /** Names of groups whose members are told; the others are recipients only. */
  readonly groups: readonly string[]
}

export interface GoogleSettings {
  /** `my_customer`, or the id of one. */
  readonly customer: string
  /** Administrator on whose behalf the service account asks. */
  readonly admin: string
  readonly baseUrl: string
  readonly ca: string
  readonly groups: readonly string[]
}

export interface SourceSettings {
  readonly csv: CsvSettings
  readonly ldap: LdapSettings
  readonly graph: GraphSettings
  readonly google: GoogleSettings
  /** What is pushed needs no place to be asked at. */
  readonly scim: Readonly<Record<never, never>>
}

const longest = 16_384
const mostItems = 50

/** A field of a form: its default and whether it must be there. */
type Field =
  | { readonly kind: 'text'; readonly or?: string; readonly pattern?: RegExp; readonly is?: string }
  | { readonly kind: 'texts'; readonly or: readonly string[] }
  | { readonly kind: 'flag' }
  | { readonly kind: 'count'; readonly or: number; readonly most: number }

const https = {
  pattern: /^https:\/\/[^\s/?#@]+(?:\/[^\s?#@]*)?$/,
  is: 'an address that begins with https://',
}
const attribute = { pattern: /^[a-z][a-z0-9;.-]{0,100}$/i, is: 'the name of an attribute' }
const optionalAttribute = { pattern: /^(?:|[a-z][a-z0-9;.-]{0,100})$/i, is: 'the name of an attribute' }

const fields: { readonly [Kind in SourceKind]: Readonly<Record<keyof SourceSettings[Kind], Field>> } = {
  csv: { path: { kind: 'text', or: '' } },
  ldap: {
    url: {
      kind: 'text',
      pattern: /^ldaps?:\/\/[^\s/?#@]+\/?$/i,
      is: 'ldap://HOST[:PORT] or ldaps://HOST[:PORT]',
    },
    startTls: { kind: 'flag' },
    ca: { kind: 'text', or: '' },
    bindDn: { kind: 'text', or: '' },
    base: { kind: 'text' },
    filter: { kind: 'text', or: '(|(mail=*)(proxyAddresses=*)(mailAlternateAddress=*))' },
    addressAttribute: { kind: 'text', or: 'mail', ...attribute },
    aliasAttributes: { kind: 'texts', or: ['proxyAddresses', 'mailAlternateAddress', 'mail'] },
    nameAttribute: { kind: 'text', or: 'displayName', ...attribute },
    idAttribute: { kind: 'text', or: 'entryUUID', ...attribute },
    groupAttribute: { kind: 'text', or: '', ...optionalAttribute },
    pageSize: { kind: 'count', or: 500, most: 1000 },
  },
  graph: {
    directoryId: { kind: 'text' },
    clientId: { kind: 'text' },
    baseUrl: { kind: 'text', or: 'https://graph.microsoft.com', ...https },
    loginUrl: { kind: 'text', or: 'https://login.microsoftonline.com', ...https },
    ca: { kind: 'text', or: '' },
    groups: { kind: 'texts', or: [] },
  },
  google: {
    customer: { kind: 'text', or: 'my_customer' },
    admin: { kind: 'text', pattern: /^[^\s@]+@[^\s@]+$/, is: 'the address of an administrator' },
    baseUrl: { kind: 'text', or: 'https://admin.googleapis.com', ...https },
    ca: { kind: 'text', or: '' },
    groups: { kind: 'texts', or: [] },
  },
  scim: {},
}

/** What the secret of a source is; null: it has none. */
export const secretNames: Readonly<Record<SourceKind, string | null>> = {
  csv: null,
  ldap: 'password',
  graph: 'client secret',
  google: 'service account key (JSON)',
  // Its tokens are ours, and only their hashes are kept: scim/scim-token.ts.
  scim: null,
}

/**
 * Reads the settings of a source, with defaults for what is not there. @throws OrderError that says what is wrong
 * @param mayPath whether the asker may name a file on the machine of the server
 */
export function readSourceSettings<Kind extends SourceKind>(
  kind: Kind,
  given: Readonly<Record<string, unknown>>,
  mayPath: boolean,
): SourceSettings[Kind] {
  const known: Readonly<Record<string, Field>> = fields[kind]
  for (const name of Object.keys(given))
    if (!Object.hasOwn(known, name))
      throw new OrderError(
        'wrong',
        `a source of kind ${kind} has no setting ${name}; it has ${Object.keys(known).join(', ') || 'none'}`,
      )
  const read = Object.fromEntries(
    Object.entries(known).map(([name, field]) => [name, readField(name, field, given[name])]),
  )
  if (kind === 'csv' && read.path !== '' && !mayPath)
    throw new OrderError('forbidden', 'only the operator may name a file on the server; send the file in')
  return read as unknown as SourceSettings[Kind]
}

function readField(name: string, field: Field, value: unknown): unknown {
  switch (field.kind) {
    case 'flag':
      if (value !== undefined && typeof value !== 'boolean')
        throw new OrderError('wrong', `${name} is yes or no`)
      return value ?? false
    case 'count':
      if (value === undefined) return field.or
      if (!Number.isInteger(value) || Number(value) < 1 || Number(value) > field.most)
        throw new OrderError('wrong', `${name} is a number from 1 to ${field.most}`)
      return value
    case 'texts':
      if (value === undefined) return field.or
      if (!Array.isArray(value) || value.length > mostItems || !value.every((each) => isText(each)))
        throw new OrderError('wrong', `${name} is a list of at most ${mostItems} texts`)
      return value.map((each: string) => each.trim()).filter((each) => each !== '')
    default:
      return readText(name, field, value)
  }
}

function readText(name: string, field: Field & { kind: 'text' }, value: unknown): string {
  const text = value === undefined || value === '' ? field.or : value
  if (text === undefined) throw new OrderError('wrong', `${name} is missing`)
  if (!isText(text)) throw new OrderError('wrong', `${name} is a text of at most ${longest} characters`)
  const trimmed = text.trim()
  if (field.pattern && !field.pattern.test(trimmed))
    throw new OrderError('wrong', `${name} is ${JSON.stringify(trimmed.slice(0, 80))}; expected ${field.is}`)
  return trimmed
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= longest
}
