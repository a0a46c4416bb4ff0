import { readPath, type ScimPath } from './read-path.ts'
import { ScimError } from './scim-error.ts'
import { fieldsOf, listOf } from './scim-value.ts'

export interface ScimOperation {
  readonly op: 'add' | 'replace' | 'remove'
  readonly path: ScimPath
  readonly value: unknown
}

const mostOperations = 1000

/**
 * The changes of a PATCH, each with a path of its own. Read with what directories make of RFC 7644, 3.5.2: `Add` and
 * `Replace` in any case, and a value without a path whose names are paths. Attributes that are not kept are left out.
 * @throws ScimError
 */
export function readOperations(given: unknown): ScimOperation[] {
  const list = listOf(fieldsOf(given, 'The change').get('operations'))
  if (list.length === 0 || list.length > mostOperations)
    throw new ScimError(400, 'invalidSyntax', `Operations has 1 to ${mostOperations} changes.`)
  return list.flatMap((each) => {
    const fields = fieldsOf(each, 'One of Operations')
    const op = String(fields.get('op')).toLowerCase()
    if (op !== 'add' && op !== 'replace' && op !== 'remove')
      throw new ScimError(400, 'invalidSyntax', 'op is one of add, replace and remove.')
    const [path, value] = [fields.get('path'), fields.get('value')]
    if (typeof path === 'string' && path.trim() !== '') return readOne(op, path, value)
    if (op === 'remove') throw new ScimError(400, 'noTarget', 'To remove something needs a path.')
    return Object.entries((value ?? {}) as object).flatMap(([name, inner]) => readOne(op, name, inner))
  })
}

function readOne(op: ScimOperation['op'], text: string, value: unknown): ScimOperation[] {
  const path = readPath(text)
  return path === null ? [] : [{ op, path, value }]
}
