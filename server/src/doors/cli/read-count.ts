import { UseError } from './arguments.ts'

/** Reads a whole number above zero; undefined: the default. @throws UseError */
export function readCount(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new UseError(`--${name} takes a whole number above zero`)
  return value
}
