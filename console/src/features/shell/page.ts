import type { LucideIcon } from 'lucide-react'
import type { ComponentType } from 'react'

/** A page of the console, as console/src/routes.tsx lists it. */
export interface Page {
  /** As react-router has it: `/messages/:id`. */
  readonly path: string
  readonly title: string
  /** What is needed to see it; see services/access/roles.ts. */
  readonly right: string
  /** Shows mail or entries of groups and people too, where the scope is one of them. */
  readonly ofPeople?: true
  readonly load: () => Promise<{ readonly Page: ComponentType }>
  /** Where it stands in the navigation; without it, it is reached from another page. */
  readonly nav?: {
    readonly group: NavGroup
    readonly icon: LucideIcon
    /** Other paths whose pages belong to it. */
    readonly covers?: readonly string[]
  }
}

/** Parts of the navigation, from the top. */
export const navGroups = ['mail', 'customers', 'house'] as const
export type NavGroup = (typeof navGroups)[number]
