import { type IncomingHttpHeaders, request } from 'node:http'
import type { TestSite } from './site.ts'

export interface ApiAnswer {
  readonly code: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The answer read as JSON; undefined: it is none. */
  readonly json: unknown
}

export interface ApiQuestion {
  readonly key: string
  readonly method?: string
  readonly path: string
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
}

/** Asks the HTTP door of a site as a program does, with a key. */
export function askApi(
  site: Pick<TestSite, 'consolePort'>,
  { key, method = 'GET', path, body, headers = {} }: ApiQuestion,
): Promise<ApiAnswer> {
  const content = body === undefined ? undefined : JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const asked = request(
      `http://127.0.0.1:${site.consolePort}${path}`,
      {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(content !== undefined && {
            'content-type': 'application/json',
            'content-length': String(Buffer.byteLength(content)),
          }),
          ...headers,
        },
      },
      (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('end', () => {
          const text = Buffer.concat(parts).toString()
          resolve({ code: response.statusCode ?? 0, headers: response.headers, text, json: read(text) })
        })
      },
    )
    asked.once('error', reject)
    asked.end(content)
  })
}

function read(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
