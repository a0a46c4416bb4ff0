import type { Filter } from './use-filters.ts'

type Least = Extract<Filter, { readonly kind: 'least' }>

/** What is asked for a number of the unit: `geq:100000` for 100 of 1000 each; undefined: it is no number. */
export function leastOf({ times }: Least, text: string): string | undefined {
  const number = Number(text.trim().replace(',', '.'))
  return text.trim() === '' || Number.isNaN(number) ? undefined : `geq:${Math.round(number * times)}`
}

/** The number of the unit behind what is asked; as it is where somebody asks otherwise, by a link. */
export function leastIn({ times }: Least, asked: string): string {
  const [, number] = /^geq:(-?\d+)$/.exec(asked) ?? []
  return number === undefined ? asked : String(Number((Number(number) / times).toFixed(2)))
}
