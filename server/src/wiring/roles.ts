/** What a process may be: it runs one of them, some or all (`./mailkeep start --roles`). */
export const roles = ['gateway', 'inspection', 'delivery', 'console', 'jobs'] as const
export type Role = (typeof roles)[number]
