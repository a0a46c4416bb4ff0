/** One more than is ever taken, so that too many are still seen as such. */
const mostMembers = 100_001
const mostOperations = 1001

/**
 * What a group needs of a body, however large that is: the rest costs nothing where it is taken in. Members become their
 * ids. What is odd stays odd, and is refused where bodies are read.
 * @param given as JSON has it
 */
export function leanBody(given: unknown): unknown {
  return pick(given, (name, value) => {
    if (name === 'members') return leanMembers(value)
    if (name === 'operations') return listOf(value).slice(0, mostOperations).map(leanOperation)
    return name === 'displayname' || name === 'externalid' ? plain(value) : undefined
  })
}

function leanOperation(given: unknown): unknown {
  const isPath = (value: unknown) => typeof value === 'string' && value.trim() !== ''
  const hasPath =
    isObject(given) && Object.entries(given).some(([name, value]) => /^path$/i.test(name) && isPath(value))
  return pick(given, (name, value) => {
    if (name === 'op' || name === 'path') return plain(value)
    if (name !== 'value') return undefined
    if (hasPath) return isObject(value) || Array.isArray(value) ? leanMembers(value) : plain(value)
    return isObject(value) ? leanNames(value) : plain(value)
  })
}

/** A value without a path: its names are paths. */
function leanNames(value: object): object {
  const some = Object.entries(value).slice(0, mostOperations)
  return Object.fromEntries(
    some.map(([name, each]) => [name, /members$/i.test(name) ? leanMembers(each) : plain(each)]),
  )
}

function leanMembers(value: unknown): unknown[] {
  return listOf(value).slice(0, mostMembers).map(leanMember)
}

function leanMember(given: unknown): unknown {
  if (!isObject(given)) return plain(given)
  const usual = (given as { readonly value?: unknown }).value
  const value = usual ?? Object.entries(given).find(([name]) => /^value$/i.test(name))?.[1]
  return typeof value === 'string' ? value : { value: plain(value) }
}

/** An object with what `keep` says of its names, given in lower case; undefined: left out. Anything else as it is. */
function pick(given: unknown, keep: (name: string, value: unknown) => unknown): unknown {
  if (!isObject(given)) return plain(given)
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => {
      const kept = keep(name.toLowerCase(), value)
      return kept === undefined ? [] : [[name, kept]]
    }),
  )
}

/** A single value; of what is made of several only that it is no single one. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return []
  return isObject(value) ? {} : value
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
