import { request } from 'node:http'

export interface PageAnswer {
  readonly code: number
  readonly body: string
  readonly cookie: string
  readonly location: string
}

/** Asks for a page without script, or presses a button on it, as a browser does. @param foreign from a page of others */
export function pressPage(
  port: number,
  method: string,
  path: string,
  { cookie = '', form = {}, foreign = false } = {},
): Promise<PageAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      `http://127.0.0.1:${port}${path}`,
      {
        method,
        headers: {
          accept: 'text/html',
          cookie,
          'sec-fetch-site': foreign ? 'cross-site' : 'same-origin',
          ...(method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded' }),
        },
      },
      (response) => {
        let body = ''
        response.on('data', (chunk) => {
          body += chunk
        })
        response.on('end', () =>
          resolve({
            code: response.statusCode ?? 0,
            body,
            cookie: (response.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '',
            location: response.headers.location ?? '',
          }),
        )
      },
    )
    asked.once('error', reject)
    asked.end(method === 'POST' ? new URLSearchParams(form).toString() : undefined)
  })
}
