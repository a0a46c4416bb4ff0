import { LiveDrill, LiveDrillList, LiveDrillOrder } from './live-drills.ts'
import type { ApiRoute } from './route.ts'

const path = '/api/v1/live-drills'

/** Faults on purpose beside live mail; of the whole site. */
export const liveDrillsRoutes = {
  liveDrills: {
    method: 'GET',
    access: 'site.read',
    path,
    summary:
      'The latest drills beside live mail: how far each is and what came of it, and why none may begin now. 403: not the whole house is yours to see.',
    answer: LiveDrillList,
  },
  startLiveDrill: {
    method: 'POST',
    access: 'site.write',
    path,
    summary:
      'Has the server send letters of its own to a next hop of its own that gets a fault, and say whether it was noticed. 409: one is under way, or something speaks against it.',
    body: LiveDrillOrder,
    answer: LiveDrill,
  },
  stopLiveDrill: {
    method: 'DELETE',
    access: 'site.write',
    path,
    summary: 'Ends the drill that is under way, within seconds. 409: none is.',
    answer: LiveDrill,
  },
} as const satisfies Record<string, ApiRoute>
