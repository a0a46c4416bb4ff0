import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { misfitOf } from './contract-fit.ts'
import { untilSeen } from './until-seen.ts'

/** What a question over HTTP came to. */
export interface SiteAnswer {
  readonly code: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
  /** The body as JSON. */
  json<Answer = Record<string, unknown>>(): Answer
}

export interface SiteQuestion {
  readonly method?: string
  /** Of a program. */
  readonly key?: string
  /** Of a browser; the question then names itself as one of our own pages. */
  readonly cookie?: string
  /** As JSON; a text goes as a form. */
  readonly body?: object | string
  readonly headers?: Readonly<Record<string, string>>
  /** An address of this machine that the question comes from, such as 127.0.0.9: wrong tries are counted by address. */
  readonly from?: string
}

/** What a console says where its store was not quick enough, as a whole (503) or for a part of an answer. */
const notInTime = {
  whole: /urn:mailkeep:not-available/,
  part: /"why":"the store (?:has not answered within|is busy with other questions)/,
}
/** Before anything was begun. */
const notKnown = /Who you are cannot be looked up/
/** What a key hears that asks without end. */
const tooMany = /"type":"urn:mailkeep:too-many"/
/** A store that is away for longer is away. */
const patienceMs = 30_000

/**
 * Asks a console on this machine, as a program with a key or as a page with a cookie. Where its store was not quick enough
 * it asks again for a while, as programs and pages do: what only reads, and what was not begun.
 */
export async function askSite(port: number, path: string, question: SiteQuestion = {}): Promise<SiteAnswer> {
  const reads = (question.method ?? (question.body === undefined ? 'GET' : 'POST')) === 'GET'
  const until = Date.now() + patienceMs
  for (;;) {
    const answer = await askOnce(port, path, question)
    const isLate = (answer.code === 503 ? notInTime.whole : notInTime.part).test(answer.body)
    const mayAgain = tooMany.test(answer.body) || (answer.code === 503 && notKnown.test(answer.body))
    if (!(mayAgain || (reads && isLate)) || Date.now() > until) return answer
    await sleep(250)
  }
}

/** The same once, whatever is answered; an answer that is not as the contract says is a fault in every test. */
export async function askOnce(port: number, path: string, question: SiteQuestion = {}): Promise<SiteAnswer> {
  const answer = await send(port, path, question)
  const method = question.method ?? (question.body === undefined ? 'GET' : 'POST')
  const misfit = method === 'HEAD' ? null : misfitOf(method, path, answer)
  if (misfit !== null)
    throw new Error(
      `${method} ${path} is answered otherwise than the contract says: ${answer.code}, ${misfit}`,
    )
  return answer
}

function send(port: number, path: string, question: SiteQuestion): Promise<SiteAnswer> {
  const { key, cookie, body, headers, from } = question
  const method = question.method ?? (body === undefined ? 'GET' : 'POST')
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const asked = request(
      `http://127.0.0.1:${port}${path}`,
      {
        method,
        // A connection that was kept may be closed by the server at the very moment in which it is used again.
        agent: false,
        ...(from !== undefined && { localAddress: from }),
        headers: {
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
          ...(cookie !== undefined && { cookie }),
          ...(key === undefined && { 'sec-fetch-site': 'same-origin' }),
          ...(text !== undefined && {
            'content-type':
              typeof body === 'string' ? 'application/x-www-form-urlencoded' : 'application/json',
            'content-length': String(Buffer.byteLength(text)),
          }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const found = Buffer.concat(chunks).toString()
          resolve({
            code: response.statusCode ?? 0,
            headers: response.headers,
            body: found,
            json: <Answer>() => JSON.parse(found) as Answer,
          })
        })
      },
    )
    asked.once('error', reject)
    asked.end(text)
  })
}

/** Signs a manager in by a link that a command has made; answers the cookie of the session. */
export async function signInByLink(port: number, link: string): Promise<string> {
  const path = new URL(link).pathname
  const { code, headers, body } = await untilSeen(() => askSite(port, path, { method: 'POST', body: '' }))
  const cookie = /^[^;]+/.exec(String(headers['set-cookie'] ?? ''))?.[0]
  if (code !== 303 || cookie === undefined) throw new Error(`${path}: ${code} ${body.slice(0, 300)}`)
  return cookie
}
