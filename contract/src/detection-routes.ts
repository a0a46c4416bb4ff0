import {
  DefinitionList,
  DefinitionOrder,
  DefinitionsQuery,
  FeedList,
  OutsideListSwitch,
  OutsideLists,
  OutsideListTests,
  TaughtDetail,
  TaughtList,
  TaughtParams,
  TaughtQuery,
} from './detection.ts'
import { Done, EmptyBody } from './managers.ts'
import type { ApiRoute } from './route.ts'

/** What decides about mail and can change: sets of definitions, outside lists, and what tenants have taught. */
export const detectionRoutes = {
  definitions: {
    method: 'GET',
    access: 'site.read',
    path: '/api/v1/definitions',
    summary: 'Sets of definitions, newest first, and how the one on trial does.',
    query: DefinitionsQuery,
    answer: DefinitionList,
  },
  activateDefinitions: {
    method: 'POST',
    access: 'site.write',
    path: '/api/v1/definitions/activate',
    summary: 'Ends the trial of a set early: all mail goes by its word. 404: it is not on trial.',
    body: DefinitionOrder,
    answer: Done,
  },
  takeBackDefinitions: {
    method: 'POST',
    access: 'site.write',
    path: '/api/v1/definitions/take-back',
    summary:
      'Takes back the set on trial or the active one: the one before is in force again within seconds, and what it caught is judged anew.',
    body: DefinitionOrder,
    answer: Done,
  },
  feeds: {
    method: 'GET',
    access: 'site.read',
    path: '/api/v1/feeds',
    summary: 'What comes by feed: definitions, signatures of viruses, lists of hosts; each with its age.',
    answer: FeedList,
  },
  outsideLists: {
    method: 'GET',
    access: 'site.read',
    path: '/api/v1/outside-lists',
    summary: 'Outside lists that are asked, which of them count, and what they caught in the last day.',
    answer: OutsideLists,
  },
  testOutsideLists: {
    method: 'GET',
    access: 'site.read',
    path: '/api/v1/outside-lists/tests',
    summary: 'Asks each outside list now for what every list must, and must not, list.',
    patient: true,
    answer: OutsideListTests,
  },
  switchOutsideList: {
    method: 'POST',
    access: 'site.write',
    path: '/api/v1/outside-lists/switch',
    summary:
      'Takes the weight from a list within seconds, or gives it back. Mail of the last three days that a list switched off had a say in is judged anew.',
    body: OutsideListSwitch,
    answer: Done,
  },
  taught: {
    method: 'GET',
    access: 'mail.read',
    path: '/api/v1/learning',
    summary: 'Tenants that have taught something, in order of their ids, with what has come of it.',
    query: TaughtQuery,
    answer: TaughtList,
  },
  taughtBy: {
    method: 'GET',
    access: 'mail.read',
    path: '/api/v1/learning/:tenant',
    summary: 'What one tenant has taught, all that was made of it, and what is missing.',
    params: TaughtParams,
    answer: TaughtDetail,
  },
  resetLearning: {
    method: 'POST',
    access: 'policy.write',
    path: '/api/v1/learning/:tenant/reset',
    summary: 'Forgets all that a tenant has taught; what was caught by it is judged anew.',
    params: TaughtParams,
    body: EmptyBody,
    answer: Done,
  },
} as const satisfies Record<string, ApiRoute>
