import type { Within } from '#services/directory/directory-views.ts'

/** Parameters 1 and 2 of every question: tenants and domains in reach, null for all. */
export const reachOf = (within: Within): [string | null, string | null] => [
  within ? JSON.stringify(within.tenants) : null,
  within?.domains ? JSON.stringify(within.domains) : null,
]
export const ownTenant = (column: string) => `(?1 IS NULL OR ${column} IN (SELECT value FROM json_each(?1)))`
/** People and groups are reached by their domain, or by name. */
export const ownPerson = `${ownTenant('d.tenant')} AND (?2 IS NULL OR d.name IN (SELECT value FROM json_each(?2))
  OR 'user:' || u.owner IN (SELECT value FROM json_each(?2)) OR EXISTS (SELECT 1 FROM group_members gm
    WHERE gm.address = u.owner AND 'group:' || gm.group_id IN (SELECT value FROM json_each(?2))))`
/** Texts are looked for as they are: no letter of theirs stands for another. */
export const has = (text: number, ...columns: string[]) =>
  `(?${text} IS NULL OR ${columns.map((each) => `instr(lower(${each}), ?${text}) > 0`).join(' OR ')})`
