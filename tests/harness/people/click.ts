import { type IncomingHttpHeaders, request } from 'node:http'

/** Somebody with a browser, behind the web server that stands in front of the console. */
export interface Clicker {
  readonly port: number
  readonly ip: string
  cookie: string
}

export interface ClickAnswer {
  readonly code: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** One click: what was asked, what came of it, and how long it took. */
export interface Click {
  readonly what: string
  readonly code: number
  readonly tookMs: number
  /** A part of the answer was missing, and it said so. */
  readonly isPartial: boolean
}

/** Asks as a browser does; `form` makes it a POST. Told to `note`, also when there was no answer (code 0). */
export function click(
  { port, ip, cookie }: Clicker,
  [what, path]: readonly [what: string, path: string],
  note: (click: Click) => void,
  form?: Readonly<Record<string, string>>,
): Promise<ClickAnswer> {
  const since = performance.now()
  const content = form && new URLSearchParams(form).toString()
  return new Promise((resolve) => {
    const end = (answer: ClickAnswer) => {
      const isPartial = answer.body.includes('"missing":{')
      note({ what, code: answer.code, tookMs: performance.now() - since, isPartial })
      resolve(answer)
    }
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: content === undefined ? 'GET' : 'POST',
        headers: {
          accept: path.startsWith('/api/') ? 'application/json' : 'text/html',
          cookie,
          'sec-fetch-site': 'same-origin',
          'x-forwarded-for': ip,
          ...(content !== undefined && {
            'content-type': 'application/x-www-form-urlencoded',
            'content-length': Buffer.byteLength(content),
          }),
        },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', () => end({ code: 0, headers: {}, body: '' }))
        response.on('end', () =>
          end({
            code: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        )
      },
    )
    asked.once('error', () => end({ code: 0, headers: {}, body: '' }))
    asked.end(content)
  })
}
