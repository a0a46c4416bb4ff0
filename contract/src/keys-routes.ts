import { KeyList, KeyMade, KeyParams, KeysOf, KeysQuery, NewKey } from './keys.ts'
import { Done } from './managers.ts'
import type { ApiRoute } from './route.ts'

/** Keys for programs. */
export const keysRoutes = {
  keys: {
    method: 'GET',
    access: 'access.write',
    path: '/api/v1/keys',
    summary: 'Keys in reach, newest first; never their secrets.',
    query: KeysQuery,
    answer: KeyList,
  },
  makeKey: {
    method: 'POST',
    access: 'access.write',
    path: '/api/v1/keys',
    summary: 'Makes a key and shows it, this once.',
    showsSecret: true,
    body: NewKey,
    answer: KeyMade,
  },
  removeKey: {
    method: 'DELETE',
    access: 'access.write',
    path: '/api/v1/keys/:key',
    summary: 'Removes a key: it opens nothing from now on.',
    params: KeyParams,
    answer: Done,
  },
  removeKeysOf: {
    method: 'POST',
    access: 'access.write',
    path: '/api/v1/keys/remove',
    summary:
      'Removes all keys in reach that a manager has made, who may be gone. 404: there are none; 403: one has a right that you have not, and none is removed.',
    body: KeysOf,
    answer: Done,
  },
} as const satisfies Record<string, ApiRoute>
