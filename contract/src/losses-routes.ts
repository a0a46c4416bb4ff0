import { Loss, LossConfirmation, LossList, LossParams, Restored } from './losses.ts'
import type { ApiRoute } from './route.ts'
import { ScopeQuery } from './shared.ts'

/** Losses of the directory that are held back, since more was gone at once than may be by accident. */
export const lossesRoutes = {
  losses: {
    method: 'GET',
    access: 'directory.read',
    path: '/api/v1/directory/losses',
    summary: 'Losses of the directory that wait to be confirmed: what is missing stays in force.',
    query: ScopeQuery,
    answer: LossList,
  },
  confirmLoss: {
    method: 'POST',
    access: 'directory.write',
    path: '/api/v1/directory/losses/:domain/confirm',
    summary:
      'Says that what is missing is meant to go: it hears 451 for `directory.grace`, then 550. 404: nothing of it waits, and why. 403: lost domains are for the operator.',
    params: LossParams,
    body: LossConfirmation,
    answer: Loss,
  },
  restoreLoss: {
    method: 'POST',
    access: 'directory.write',
    path: '/api/v1/directory/losses/:domain/restore',
    summary:
      'Brings what is missing back into the directory: people with their rules, lists and mail passwords, without names, aliases and groups. 404: nothing of it waits, and why. 403: as for confirm.',
    params: LossParams,
    answer: Restored,
  },
} as const satisfies Record<string, ApiRoute>
