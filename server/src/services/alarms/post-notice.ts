import type { GuardedFetch } from '#ground/platform/web/guarded-fetch.ts'
import type { NoticePost } from './notice-forms.ts'

/** What came of it; `why` is empty where it was taken, and names no address. */
export interface PostResult {
  readonly status: number | null
  readonly why: string
}

/** Posts to a program of others. Whatever does not answer 2xx has not taken it. */
export async function postNotice(
  fetch: GuardedFetch,
  address: string,
  post: NoticePost,
): Promise<PostResult> {
  if (!URL.canParse(address))
    return { status: null, why: 'its address cannot be read (see the alarm sealing-key)' }
  try {
    const { status } = await fetch(address, { method: 'POST', headers: post.headers, body: post.body })
    return { status, why: status >= 200 && status <= 299 ? '' : `it answered ${status}` }
  } catch (cause) {
    // Only what our own rules say of the host; an address with its path is a secret.
    return { status: null, why: (cause as Error).message.replaceAll(address, 'its address').slice(0, 300) }
  }
}
