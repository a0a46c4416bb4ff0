import { askPage, type PageRules } from './ask-page.ts'

/** Like `fetch`, by the rules of ask-page.ts: only public addresses, one connection, a time for everything. */
export type GuardedFetch = (
  url: string | URL,
  options?: { readonly method?: string; readonly headers?: unknown; readonly body?: unknown },
) => Promise<Response>

/** @throws Error where the address is refused or nobody answers in time; the text says which */
export function guardedFetch(rules: () => PageRules): GuardedFetch {
  return async (url, options = {}) => {
    const method = options.method ?? 'GET'
    if (method !== 'GET' && method !== 'POST') throw new Error(`${method} is not asked`)
    const headers = Object.fromEntries(new Headers(options.headers as Record<string, string>))
    const body = options.body === undefined || options.body === null ? undefined : String(options.body)
    const outcome = await askPage(new URL(url), method, rules(), {
      headers,
      ...(body !== undefined && { body }),
    })
    if (outcome.kind !== 'answered') throw new Error(outcome.why)
    const { status, contentType, location, body: content } = outcome.answer
    const hasNone = status === 204 || status === 304
    return new Response(hasNone ? null : new Uint8Array(content), {
      status,
      headers: { 'content-type': contentType, ...(location !== null && { location }) },
    })
  }
}
