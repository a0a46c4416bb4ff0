import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'

/** Wrong use of a command: printed with its usage, exit code 2. */
export class UseError extends Error {
  readonly code = 'wrong-use'
  constructor(text: string) {
    super(text)
    this.name = 'UseError'
  }
}

export interface Arguments {
  readonly words: readonly string[]
  text(name: string): string | undefined
  /** All values of an option that may stand several times. */
  texts(name: string): readonly string[]
  flag(name: string): boolean
  /** Whether an option was given, whatever its value. */
  has(name: string): boolean
}

/** Options that every command knows. */
const common: ParseArgsOptionsConfig = {
  config: { type: 'string' },
  data: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
}

/** Reads the arguments of a command. @throws UseError */
export function readArguments(argv: readonly string[], options: ParseArgsOptionsConfig): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: { ...common, ...options },
      allowPositionals: true,
      strict: true,
    })
    return {
      words: positionals,
      text: (name) => (typeof values[name] === 'string' ? (values[name] as string) : undefined),
      texts: (name) =>
        Array.isArray(values[name]) ? values[name].filter((each) => typeof each === 'string') : [],
      flag: (name) => values[name] === true,
      has: (name) => values[name] !== undefined,
    }
  } catch (cause) {
    throw new UseError((cause as Error).message)
  }
}
