import type { Problem } from '@mailkeep/contract'
import type { RateBounds } from './access/ask-rate.ts'

/** An error that the asker should read, as it will stand in the answer (RFC 9457). */
export class ApiProblem extends Error {
  readonly code: string
  readonly status: number
  readonly title: string
  /** When asking again may help, in milliseconds; 0: nobody knows. */
  readonly retryMs: number
  /** Methods that would be right; none: that is not what is wrong. */
  readonly allow: readonly string[]

  constructor(
    status: number,
    code: string,
    title: string,
    detail: string,
    { retryMs = 0, allow = [] }: { readonly retryMs?: number; readonly allow?: readonly string[] } = {},
  ) {
    super(detail)
    this.name = 'ApiProblem'
    this.status = status
    this.code = code
    this.title = title
    this.retryMs = retryMs
    this.allow = allow
  }

  toAnswer(): Problem {
    return { type: `urn:mailkeep:${this.code}`, title: this.title, status: this.status, detail: this.message }
  }
}

/** Where a mistake is, as people name it. */
export const mistakes = {
  filter: 'The filter has a mistake',
  address: 'The address has a mistake',
  sent: 'What was entered has a mistake',
} as const

export const problems = {
  noSuchPage: (path: string) =>
    new ApiProblem(404, 'no-such-page', 'There is nothing here', `No page ${path}.`),
  noSuchMessage: (id: string) =>
    new ApiProblem(
      404,
      'no-such-message',
      'No such message',
      `There is no message or refusal ${id}; it may have been longer ago than the ledger keeps (spool.keepTrace).`,
    ),
  /** What was asked for, or what was sent, cannot be so: `detail` says what would be right. */
  wrongQuery: (detail: string) => new ApiProblem(400, 'wrong-query', mistakes.sent, detail),
  /** @param allow what is possible there */
  wrongMethod: (method: string, allow: readonly string[]) =>
    new ApiProblem(
      405,
      'wrong-method',
      'This is not done here',
      `${method.slice(0, 40)} is not possible here; ${allow.join(', ')} would be.`,
      { allow },
    ),
  notJson: () =>
    new ApiProblem(
      415,
      'not-json',
      'This is not JSON',
      'What is asked here is sent as JSON, with the header Content-Type: application/json; nothing was done.',
    ),
  noHttp: () =>
    new ApiProblem(
      400,
      'no-http',
      'This is no HTTP',
      'The request could not be read as HTTP/1.1, so nothing was done; the connection ends.',
    ),
  longHeader: () =>
    new ApiProblem(
      431,
      'long-header',
      'The header is too long',
      'All fields of the header together have at most 8 KiB; nothing was done. A browser that sends more may have old cookies of this address.',
    ),
  slowRequest: () =>
    new ApiProblem(
      408,
      'slow-request',
      'The request did not come in time',
      'A header has 5 seconds and a whole request 10; ask again on a new connection.',
    ),
  unmetExpectation: () =>
    new ApiProblem(
      417,
      'unmet-expectation',
      'This cannot be expected here',
      'Of the field Expect there is 100-continue alone; ask without it.',
    ),
  noHost: () =>
    new ApiProblem(
      400,
      'no-host',
      'The request names no host',
      'A request of HTTP/1.1 has the field Host (RFC 9112, 3.2); nothing was done.',
    ),
  wrongHost: () =>
    new ApiProblem(
      421,
      'wrong-host',
      'Wrong host name',
      'This page answers to localhost, 127.0.0.1, [::1] and the host of the setting console.url.',
    ),
  foreignForm: () =>
    new ApiProblem(
      403,
      'foreign-form',
      'This came from elsewhere',
      'The form was sent by a page that is not ours, so nothing was done. Open the page anew and try again.',
    ),
  signIn: (hasKey: boolean) =>
    new ApiProblem(
      401,
      'sign-in',
      'Sign in first',
      hasKey
        ? 'This key is not known, or its time is over.'
        : 'Programs send a key: Authorization: Bearer mk_...; people sign in at /sign-in.',
    ),
  notCounted: (detail: string) => new ApiProblem(422, 'not-counted', 'Not counted at this level', detail),
  /** @param retryMs when it may be over; 0: somebody has to decide something first */
  busy: (detail: string, retryMs = 0) =>
    new ApiProblem(409, 'conflict', 'This cannot be done now', detail, { retryMs }),
  changedMeanwhile: (detail: string) =>
    new ApiProblem(412, 'changed-meanwhile', 'Somebody else has changed this meanwhile', detail),
  notFound: (detail: string) => new ApiProblem(404, 'not-found', 'There is nothing of this name', detail),
  noLoss: (detail: string) => new ApiProblem(404, 'no-loss', 'Nothing waits to be decided here', detail),
  notAllowed: (detail: string) => new ApiProblem(403, 'forbidden', 'This is not for you', detail),
  forbidden: () =>
    new ApiProblem(403, 'forbidden', 'This is not for you', 'Your role does not have the right to see this.'),
  notBuilt: () =>
    new ApiProblem(
      503,
      'not-built',
      'The console is not built yet',
      'Whoever runs this server builds it with npm run build; no restart is needed. Mail flows meanwhile.',
    ),
  needsMatch: () =>
    new ApiProblem(
      428,
      'needs-match',
      'Say what you have read',
      'Two people may change this: send If-Match with the ETag of what you have read.',
    ),
  notCompared: () =>
    new ApiProblem(
      400,
      'not-compared',
      'This is not compared here',
      'This address does not compare If-Match with what is there, so nothing was done; ask without it.',
    ),
  wrongKey: () =>
    new ApiProblem(
      400,
      'wrong-key',
      'The Idempotency-Key has a mistake',
      'An Idempotency-Key has 1 to 200 visible ASCII characters.',
    ),
  cutOff: () =>
    new ApiProblem(
      409,
      'cut-off',
      'This was begun, and not answered',
      'Something was changed, then it failed, or the server that did it ended, or it still does it. It is not done twice: look at what is there; what is missing then needs a new Idempotency-Key.',
    ),
  otherQuestion: () =>
    new ApiProblem(
      422,
      'other-question',
      'This key was used for something else',
      'An Idempotency-Key stands for one question; take a new one for another.',
    ),
  notOfPeople: () =>
    new ApiProblem(
      400,
      'not-of-people',
      'Not asked of groups and people',
      'This is asked of tenants and domains; choose one of these as the scope.',
    ),
  /** @param bounds of what a key may ask @param waitMs until it may ask again */
  tooMany: ({ most, perSecond }: RateBounds, waitMs: number) =>
    new ApiProblem(
      429,
      'too-many',
      'Too many questions',
      `A key asks ${perSecond} times a second, and ${most.toLocaleString('en')} times at once; ask again after the time of Retry-After.`,
      { retryMs: waitMs },
    ),
  onlyViewing: () =>
    new ApiProblem(
      403,
      'only-viewing',
      'You only look',
      'You look with the eyes of somebody else and change nothing; end that first.',
    ),
  maintenance: (text: string, waitMs: number) =>
    new ApiProblem(
      503,
      'maintenance',
      'Planned maintenance',
      `${text || 'The console is being worked on.'} Mail flows meanwhile.`,
      { retryMs: waitMs },
    ),
  notAvailable: (detail: string) =>
    new ApiProblem(503, 'not-available', 'Not available at the moment', detail, { retryMs: 5000 }),
}
