import type { Problem } from '@mailkeep/contract'

/** A question that the server did not answer as hoped, in its own words (RFC 9457). */
export class ApiFault extends Error {
  /** 0: there was no answer at all. */
  readonly status: number
  /** As in `urn:mailkeep:not-found`, without what stands before. */
  readonly code: string
  readonly title: string
  readonly detail: string
  /** When the server wants to be asked again; 0: it does not say. */
  readonly retryMs: number

  constructor({ type, status, title, detail }: Problem, retryMs = 0) {
    super(`${title}: ${detail}`)
    this.name = 'ApiFault'
    this.status = status
    this.code = type.replace(/^urn:mailkeep:/, '')
    this.title = title
    this.detail = detail
    this.retryMs = retryMs
  }

  /** Whether asking again may help without anybody doing anything. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

/** The status behind a fault; undefined: it is none of an answer. */
export function statusOf(fault: unknown): number | undefined {
  return fault instanceof ApiFault ? fault.status : undefined
}

/** In place of an answer: the network, or a server that is not there. */
export function noAnswer(): ApiFault {
  return new ApiFault({
    type: 'urn:mailkeep:no-answer',
    status: 0,
    title: 'The server does not answer',
    detail: 'It is asked again by itself.',
  })
}
