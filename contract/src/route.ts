import type { TSchema } from './schema.ts'

/** Rights that an address may ask for; see services/access/roles.ts, whose words they are. */
export type RouteAccess =
  | 'open'
  | 'signed-in'
  | 'mail.read'
  | 'content.read'
  | 'quarantine.act'
  | 'queue.act'
  | 'lists.write'
  | 'policy.write'
  | 'directory.read'
  | 'directory.write'
  | 'access.write'
  | 'audit.read'
  | 'person.data'
  | 'site.read'
  | 'site.write'

/** One address of the HTTP door. */
export interface ApiRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly summary: string
  /** `open`: for everybody; `signed-in`: for whoever has signed in, or shows a key; else the right that is needed. */
  readonly access: RouteAccess
  /** Another right that is enough: who may change something may read it, also where he reads nothing else. */
  readonly orRight?: RouteAccess
  readonly params?: TSchema
  /** Parameters after the question mark. */
  readonly query?: TSchema
  /** The question as JSON. */
  readonly body?: TSchema
  /** The answer as JSON; none: it is no JSON. One with `etag` has it as a header too, for If-Match where it is changed. */
  readonly answer?: TSchema
  /** The answer carries an ETag. */
  readonly tagged?: true
  /** Needs If-Match with the ETag of what is changed: 428 without it, 412 where somebody was faster. */
  readonly matches?: true
  /** Takes If-Match with the ETag of what is changed: 412 where somebody was faster. Without it nothing is compared. */
  readonly mayMatch?: true
  /** Kinds of an answer that is no JSON of a schema; more than one: a parameter of the question says which. */
  readonly media?: readonly string[]
  /** The answer holds something that is shown once, so it is never kept for an Idempotency-Key. */
  readonly showsSecret?: true
  /** Most octets of a question; a megabyte where it says nothing. */
  readonly bodyBytes?: number
  /** Asked of groups and people as of tenants and domains; else who looks after these alone may not ask it. */
  readonly ofPeople?: true
  /** May take longer than the few seconds that every answer has. */
  readonly patient?: true
}

/** Whether an Idempotency-Key counts: a PUT that names no state does the same as often as it comes, and may be large. */
export function isAnsweredOnce({ method, matches, mayMatch }: ApiRoute): boolean {
  return method !== 'GET' && (method !== 'PUT' || matches === true || mayMatch === true)
}
