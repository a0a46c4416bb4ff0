import { DomainParams, Removed } from './directory.ts'
import { DkimChecks, DkimKeyList, DkimKeyParams, DkimKeyView, NewDkimKey } from './dkim.ts'
import type { ApiRoute } from './route.ts'

const keys = '/api/v1/domains/:domain/dkim-keys'
const writing = { access: 'directory.write' } as const

/** Keys that sign mail of a domain. */
export const dkimRoutes = {
  dkimKeys: {
    method: 'GET',
    access: 'directory.read',
    path: keys,
    summary: 'Keys that sign mail of a domain, oldest first, with their records; never the keys themselves.',
    params: DomainParams,
    answer: DkimKeyList,
  },
  makeDkimKey: {
    ...writing,
    method: 'POST',
    path: keys,
    summary: 'Makes a key. It signs once its record is in DNS. 409: one of this algorithm waits already.',
    params: DomainParams,
    body: NewDkimKey,
    answer: DkimKeyView,
  },
  checkDkimKeys: {
    ...writing,
    method: 'POST',
    path: `${keys}/check`,
    summary: 'Looks for the records in DNS now; a key whose record is there signs from now on.',
    params: DomainParams,
    answer: DkimChecks,
  },
  removeDkimKey: {
    ...writing,
    method: 'DELETE',
    path: `${keys}/:selector`,
    summary: 'Nothing is signed with the key from now on; its record should stay in DNS for some days.',
    params: DkimKeyParams,
    answer: Removed,
  },
} as const satisfies Record<string, ApiRoute>
