import type { NumberBounds } from '#ground/platform/number-bounds.ts'
import { OrderError } from './order-error.ts'
import { readList } from './read-list.ts'

/** Bounds as a question has them: `geq:1000,lt:5000`. @throws OrderError for anything else; `name` says where */
export function readBounds(name: string, text: string): NumberBounds {
  const bounds = readList(text).map((part) => {
    const [, word, number] = /^(?:(gt|geq|lt|leq|eq):)?(-?\d{1,15}(?:\.\d{1,6})?)$/.exec(part) ?? []
    if (number === undefined)
      throw new OrderError('wrong', `${name} is written as geq:1000,lt:5000; there are gt, geq, lt, leq, eq`)
    return [word ?? 'eq', Number(number)] as const
  })
  const names = bounds.map(([word]) => word)
  const twice = names.find((each, n) => names.indexOf(each) < n)
  if (twice !== undefined)
    throw new OrderError('wrong', `${name} has ${twice} twice; one of them would not hold`)
  return Object.fromEntries(bounds) as NumberBounds
}
