import type { Person } from './review-store.ts'

/** Whether whoever asks looks after somebody: by his tenant or domain, or as one of the groups and people named to him. */
export type ReachesPerson = (person: Pick<Person, 'tenant' | 'address'>) => boolean | Promise<boolean>
