import { readFile } from 'node:fs/promises'
import type { StatusCopy } from './status-copy.ts'

const answerMs = 10_000
const schemes = /^(?:Bearer|Basic) /i

/**
 * A copy at a web host that takes PUT and DELETE: WebDAV, or a store of objects that knows a token. Folders of WebDAV are
 * made where it asks for them (409).
 * @param base address with a slash at its end
 * @param tokenFile its first line is sent as the token; `Basic ...` is sent as it stands. Read each time: it may be changed
 */
export function webCopy(base: string, tokenFile: string | null): StatusCopy {
  async function ask(method: string, path: string, body?: string, type?: string): Promise<number> {
    const token =
      tokenFile === null ? '' : ((await readFile(tokenFile, 'utf8')).split('\n', 1)[0]?.trim() ?? '')
    const answer = await fetch(new URL(path, base), {
      ...{ method, redirect: 'error', signal: AbortSignal.timeout(answerMs) },
      headers: {
        ...(type !== undefined && { 'content-type': type }),
        ...(token !== '' && { authorization: schemes.test(token) ? token : `Bearer ${token}` }),
      },
      ...(body !== undefined && { body }),
    })
    await answer.body?.cancel()
    return answer.status
  }
  async function makeFolders(path: string): Promise<void> {
    const names = path.split('/').slice(0, -1)
    for (let i = 1; i <= names.length; i++) await ask('MKCOL', `${names.slice(0, i).join('/')}/`)
  }
  return {
    async put(path, { body, type }) {
      let status = await ask('PUT', path, body, type)
      if (status === 409) {
        await makeFolders(path)
        status = await ask('PUT', path, body, type)
      }
      if (status < 200 || status > 299) throw new Error(`it answers ${status} to PUT ${path}`)
    },
    async remove(path) {
      const status = await ask('DELETE', path)
      if ((status < 200 || status > 299) && status !== 404 && status !== 410)
        throw new Error(`it answers ${status} to DELETE ${path}`)
    },
  }
}
