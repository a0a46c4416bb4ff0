import { readPath, type ScimPath } from './read-path.ts'
import { ScimError, wrongValue } from './scim-error.ts'
import { fieldsOf, listOf, readText } from './scim-value.ts'

export interface ScimOperation {
  readonly op: 'add' | 'replace' | 'remove'
  readonly path: ScimPath
  readonly value: unknown
}

const mostOperations = 1000

/**
 * The changes of a PATCH, each with a path of its own, and bounded as such. Read with what directories make of RFC 7644, 3.5.2: `Add` and
 * `Replace` in any case, and a value without a path whose names are paths. Attributes that are not kept are left out.
 * @throws ScimError
 */
export function readOperations(given: unknown): ScimOperation[] {
  const list = listOf(fieldsOf(given, 'The change').get('operations'))
  if (list.length === 0 || list.length > mostOperations) throw wrongNumber()
  const read: ScimOperation[] = []
  let count = 0
  for (const each of list) {
    const pairs = pairsOf(each)
    count += pairs.length
    if (count > mostOperations) throw wrongNumber()
    for (const { op, name, value } of pairs) {
      const path = readPath(name)
      if (path !== null) read.push({ op, path, value })
    }
  }
  return read
}

/** Paths as texts, with their values: one, or as many as a value without a path has names. */
function pairsOf(each: unknown): { op: ScimOperation['op']; name: string; value: unknown }[] {
  const fields = fieldsOf(each, 'One of Operations')
  const op = readText('op', fields.get('op')).toLowerCase()
  if (op !== 'add' && op !== 'replace' && op !== 'remove')
    throw new ScimError(400, 'invalidSyntax', 'op is one of add, replace and remove.')
  const [path, value] = [fields.get('path'), fields.get('value') ?? {}]
  if (typeof path === 'string' && path.trim() !== '') return [{ op, name: path, value: fields.get('value') }]
  if (op === 'remove') throw new ScimError(400, 'noTarget', 'To remove something needs a path.')
  // A text would come apart into its characters.
  if (typeof value !== 'object' || Array.isArray(value))
    throw wrongValue('A value without a path is an object whose names are paths.')
  return Object.entries(value).map(([name, inner]) => ({ op, name, value: inner }))
}

function wrongNumber(): ScimError {
  return new ScimError(
    400,
    'invalidSyntax',
    `Operations has 1 to ${mostOperations} changes, each name of a value one.`,
  )
}
