import type { TestSite } from './site.ts'
import { waitUntil } from './wait-until.ts'

/** What `trace` tells of mail that was refused, as far as tests look at it. */
export interface TracedRefusal {
  readonly kind: string
  readonly stage: string
  readonly code: number
  readonly reason: string
  readonly mailFrom: string
  readonly rcptTo: string
  readonly subject: string
  readonly client: { readonly ip: string }
  readonly detail: {
    readonly findings?: readonly { readonly code: string; readonly proposal?: string }[]
  } | null
}

/** The refusal that a reply names, as a postmaster would look it up. @throws Error where the reply names none */
export async function refusalOf(site: TestSite, reply: string): Promise<TracedRefusal> {
  const id = /\[(\w{16})\]/.exec(reply)?.[1]
  if (id === undefined) throw new Error(`no trace id in ${reply}`)
  return waitUntil(
    `the trace knows ${id}`,
    async () => (await site.json<{ traced: TracedRefusal | null }>('trace', id)).traced,
  )
}
