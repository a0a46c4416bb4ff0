/** Roles as people call them; services/access/roles.ts has what each may. */
export const roleNames = {
  operator: 'Operator',
  administrator: 'Administrator',
  technical: 'Technical',
  quarantine: 'Quarantine manager',
  reader: 'Reader',
} as const
export type RoleName = keyof typeof roleNames
