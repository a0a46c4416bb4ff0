import assert from 'node:assert/strict'
import type { TestSite } from './site.ts'
import { waitUntil } from './wait-until.ts'

export type Books = Awaited<ReturnType<TestSite['books']>>

/** The books, which must balance. */
export async function balanced(site: TestSite): Promise<Books> {
  const books = await site.books()
  assert.deepEqual(books.differences, [])
  assert.ok(books.balanced)
  return books
}

/** The same once nothing waits: what has arrived at a server is settled a moment later. */
export async function settledBooks(site: TestSite, patienceMs?: number): Promise<Books> {
  let last: Books | undefined
  const settled = async () => {
    last = await site.books()
    return last.waiting === 0 && last.balanced && last
  }
  return waitUntil('nothing waits, and the books balance', settled, patienceMs).catch((cause) => {
    // Books that differ though nothing is under way are wrong, however long it takes.
    if (last?.waiting === 0) assert.deepEqual(last.differences, [])
    throw cause
  })
}

/** Where the books, which must balance, differ from those before: column and change. */
export async function difference(site: TestSite, before: Books): Promise<Record<string, number>> {
  const now = await balanced(site)
  return Object.fromEntries(
    Object.entries(now)
      .filter(([, value]) => typeof value === 'number')
      .map(([name, value]) => [name, Number(value) - Number(before[name])] as const)
      .filter(([, change]) => change !== 0),
  )
}
