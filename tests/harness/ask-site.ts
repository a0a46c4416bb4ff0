import { request } from 'node:http'

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

/** Asks a console on this machine, as a program with a key or as a page with a cookie. */
export function askSite(port: number, path: string, question: SiteQuestion = {}): Promise<SiteAnswer> {
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
  const { code, headers, body } = await askSite(port, path, { method: 'POST', body: '' })
  const cookie = /^[^;]+/.exec(String(headers['set-cookie'] ?? ''))?.[0]
  if (code !== 303 || cookie === undefined) throw new Error(`${path}: ${code} ${body.slice(0, 300)}`)
  return cookie
}
