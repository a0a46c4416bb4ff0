import type { Problem } from '@mailkeep/contract'

/** An error that the asker should read, as it will stand in the answer (RFC 9457). */
export class ApiProblem extends Error {
  readonly code: string
  readonly status: number
  readonly title: string

  constructor(status: number, code: string, title: string, detail: string) {
    super(detail)
    this.name = 'ApiProblem'
    this.status = status
    this.code = code
    this.title = title
  }

  toAnswer(): Problem {
    return { type: `urn:mailkeep:${this.code}`, title: this.title, status: this.status, detail: this.message }
  }
}

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
  wrongQuery: (detail: string) => new ApiProblem(400, 'wrong-query', 'This cannot be asked', detail),
  onlyReading: (method: string) =>
    new ApiProblem(
      405,
      'only-reading',
      'Only reading',
      `${method} is not possible here: nothing can be changed.`,
    ),
  wrongHost: () =>
    new ApiProblem(
      421,
      'wrong-host',
      'Wrong host name',
      'Until there is a sign-in this page answers to localhost, 127.0.0.1 and [::1] only.',
    ),
  notAvailable: (detail: string) =>
    new ApiProblem(503, 'not-available', 'Not available at the moment', detail),
}
