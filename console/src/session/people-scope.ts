import { useScope } from './scope.ts'
import { useMay, useMe } from './who.tsx'

/** Whether a scope, or a name of what somebody is limited to, is that of a group or a person. */
export function isOfPeople(name: string): boolean {
  return name.startsWith('group:') || name.startsWith('user:')
}

/** Whether he looks after groups and people alone, also when none is left: other pages are of whole domains, and shut to him. */
export function useIsOfPeople(): boolean {
  const { domains } = useMe()
  return domains?.every(isOfPeople) ?? false
}

/** Whether he tries changes of policy on all mail of late, or puts them on trial: that is done for whole domains. */
export function useMayTry(): boolean {
  const mayWrite = useMay('policy.write')
  return !useIsOfPeople() && mayWrite
}

/** Whether what is shown is of groups and people: he looks after these alone, or the scope is one of them. */
export function useShowsPeople(): boolean {
  const hasPeopleAlone = useIsOfPeople()
  const scope = useScope()
  return hasPeopleAlone || (scope !== null && isOfPeople(scope))
}
