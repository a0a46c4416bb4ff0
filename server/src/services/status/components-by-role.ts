/** A process that has started and not ended. */
export interface RunningProcess {
  /** What its alarm `process-silent` calls it. */
  readonly subject: string
  /** As it says them: `gateway, inspection`. */
  readonly roles: string
}

/** What people miss where nobody has a role; they wait for none of the others (`jobs`). */
const componentOfRole: Readonly<Record<string, string>> = {
  gateway: 'gateway',
  inspection: 'gateway-filtering',
  delivery: 'gateway-delivery',
  console: 'console',
}

/**
 * Components that nobody looks after while a process is silent: where another one of the same role is heard of, that one
 * does its work. None where the process is not known any more.
 * @param subject of its alarm `process-silent`
 * @param silent subjects of all that are silent
 */
export function componentsByRole(
  subject: string,
  silent: ReadonlySet<string>,
  processes: readonly RunningProcess[],
): string[] {
  const rolesOf = ({ roles }: RunningProcess) => roles.split(/,\s*/)
  const own = processes.find((each) => each.subject === subject)
  const heard = new Set(processes.filter((each) => !silent.has(each.subject)).flatMap(rolesOf))
  return (own ? rolesOf(own) : []).flatMap((role) => {
    const component = componentOfRole[role]
    return component === undefined || heard.has(role) ? [] : [component]
  })
}
