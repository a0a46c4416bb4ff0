import { wrongValue } from '#services/sync/scim/scim-error.ts'
import type { WantedAttributes } from '../answers/describe-scim.ts'

/** What stands after the question mark, as far as this door knows it; each once. */
export type ScimQuery = Readonly<Partial<Record<string, string>>>

/** How many of a list are answered at once, at most. */
export const mostListed = 200
const usualListed = 100
const farthest = 1_000_000_000

/** Where a list begins, from 0, and how many are wanted (RFC 7644, 3.4.2.4). @throws ScimError */
export function readPage({ startindex, count }: ScimQuery): {
  readonly from: number
  readonly limit: number
} {
  const read = (name: string, text: string | undefined, or: number) => {
    if (text === undefined || text === '') return or
    if (!/^-?\d{1,19}$/.test(text)) throw wrongValue(`${name} is a whole number.`)
    // Some ask for as many as a number can be.
    return Math.min(Number(text), farthest)
  }
  return {
    from: Math.max(1, read('startIndex', startindex, 1)) - 1,
    limit: Math.min(mostListed, Math.max(0, read('count', count, usualListed))),
  }
}

/** Which attributes are wanted, by their names without what is within them. */
export function readWanted({ attributes = '', excludedattributes = '' }: ScimQuery): WantedAttributes {
  return { only: namesOf(attributes), without: namesOf(excludedattributes) }
}

function namesOf(text: string): string[] {
  return text
    .slice(0, 2000)
    .split(',')
    .map((each) => {
      const name = each.trim().toLowerCase()
      return (name.startsWith('urn:') ? name.slice(name.lastIndexOf(':') + 1) : name).split('.')[0] ?? ''
    })
    .filter((each) => each !== '')
}
