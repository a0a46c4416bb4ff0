import { MaintenanceOrder, MaintenanceState } from './maintenance.ts'
import type { ApiRoute } from './route.ts'

const path = '/api/v1/maintenance'

/** Planned work: every page and address of the console says so, and mail flows. These answer meanwhile. */
export const maintenanceRoutes = {
  maintenance: {
    method: 'GET',
    access: 'open',
    path,
    summary: 'Whether there is maintenance, until when, and why.',
    answer: MaintenanceState,
  },
  beginMaintenance: {
    method: 'PUT',
    access: 'site.write',
    path,
    summary:
      'Closes the console: everything else answers 503 with Retry-After, pages come back by themselves. Health, metrics and mail go on.',
    body: MaintenanceOrder,
    answer: MaintenanceState,
  },
  endMaintenance: {
    method: 'DELETE',
    access: 'site.write',
    path,
    summary: 'Opens the console again.',
    answer: MaintenanceState,
  },
} as const satisfies Record<string, ApiRoute>
