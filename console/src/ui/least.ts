import type { Filter } from './use-filters.ts'

type Least = Extract<Filter, { readonly kind: 'least' }>

/**
 * What is asked for a number of the unit: `geq:100000` for 100 of 1000 each. Empty: nothing any more. What is written as
 * the API has it, such as `lt:20`, is asked as it is: so other bounds can be typed. Undefined: it is no number.
 */
export function leastOf({ times }: Least, text: string): string | undefined {
  const typed = text.trim()
  if (typed === '' || /^(geq|gt|lt|leq|eq):/.test(typed)) return typed
  const number = Number(typed.replace(',', '.'))
  return Number.isFinite(number) ? `geq:${Math.round(number * times)}` : undefined
}

/** The number of the unit behind what is asked; as it is where somebody asks otherwise, by a link. */
export function leastIn({ times }: Least, asked: string): string {
  const [, number] = /^geq:(-?\d+)$/.exec(asked) ?? []
  return number === undefined ? asked : String(Number((Number(number) / times).toFixed(2)))
}
