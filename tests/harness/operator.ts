import { askSite, signInByLink } from './ask-site.ts'
import type { TestSite } from './site.ts'
import { untilSeen } from './until-seen.ts'

/** Gives orders by the API as an operator. @returns the answer; throws where it is none */
export type GiveOrder = <Answer>(method: string, path: string, body?: object) => Promise<Answer>

/** Somebody of the house who is made for it: far quicker than a command an order. */
export async function operatorOf(site: TestSite, name: string): Promise<GiveOrder> {
  const { link } = await site.json<{ link: string }>('manager', 'add', name, '--role', 'operator')
  const cookie = await signInByLink(site.consolePort, link)
  return async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const ask = () =>
      askSite(site.consolePort, `/api/v1${path}`, {
        ...{ method, cookie, headers: { 'if-match': '*' } },
        ...(body !== undefined && { body }),
      })
    const answer = await (method === 'GET' ? untilSeen(ask) : ask())
    if (answer.code !== 200) throw new Error(`${path}: ${answer.code} ${answer.body}`)
    return answer.json<Answer>()
  }
}
