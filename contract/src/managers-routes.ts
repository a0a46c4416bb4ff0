import {
  Done,
  EmptyBody,
  ManagerChange,
  ManagerList,
  ManagerParams,
  ManagersQuery,
  ManagerView,
  NewManager,
  RoleList,
  SignInLinkMade,
} from './managers.ts'
import type { ApiRoute } from './route.ts'

const one = '/api/v1/managers/:manager'
const changing = { method: 'POST', access: 'access.write', params: ManagerParams, body: EmptyBody } as const

/** Managers: people who sign in to the console. */
export const managersRoutes = {
  roles: {
    method: 'GET',
    access: 'signed-in',
    path: '/api/v1/roles',
    summary: 'The roles side by side, with what each right means, and the scopes of keys.',
    answer: RoleList,
  },
  managers: {
    method: 'GET',
    access: 'access.write',
    path: '/api/v1/managers',
    summary: 'Managers in reach, by name.',
    query: ManagersQuery,
    answer: ManagerList,
  },
  addManager: {
    method: 'POST',
    access: 'access.write',
    path: '/api/v1/managers',
    summary: 'Adds a manager and makes the link that he sets his password with. 409: the name is taken.',
    showsSecret: true,
    body: NewManager,
    answer: SignInLinkMade,
  },
  manager: {
    method: 'GET',
    access: 'access.write',
    path: one,
    summary: 'One manager.',
    tagged: true,
    params: ManagerParams,
    answer: ManagerView,
  },
  changeManager: {
    method: 'PATCH',
    access: 'access.write',
    path: one,
    summary:
      'Changes role, reach and names of a manager. What is not given stays; where role or reach change, his sessions and links end.',
    matches: true,
    params: ManagerParams,
    body: ManagerChange,
    answer: ManagerView,
  },
  removeManager: {
    method: 'DELETE',
    access: 'access.write',
    path: one,
    summary:
      'Removes a manager, his sessions and passkeys. What he did stays in the audit log, and keys that he has made go on: `/api/v1/keys/remove`.',
    params: ManagerParams,
    answer: Done,
  },
  linkManager: {
    ...changing,
    path: `${one}/link`,
    summary: 'Makes a link that signs him in once, within a day: for a first password, or a lost one.',
    showsSecret: true,
    answer: SignInLinkMade,
  },
  disableManager: {
    ...changing,
    path: `${one}/disable`,
    summary: 'Keeps him out; his sessions end. Keys that he has made go on.',
    answer: ManagerView,
  },
  enableManager: { ...changing, path: `${one}/enable`, summary: 'Lets him in again.', answer: ManagerView },
  resetManagerFactors: {
    ...changing,
    path: `${one}/reset-factors`,
    summary: 'Takes authenticator, passkeys and recovery codes away; his sessions end.',
    answer: ManagerView,
  },
  endManagerSessions: {
    ...changing,
    path: `${one}/end-sessions`,
    summary: 'Ends all of his sessions.',
    answer: Done,
  },
} as const satisfies Record<string, ApiRoute>
