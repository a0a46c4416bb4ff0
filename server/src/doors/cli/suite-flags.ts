import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

/** One flag of a suite command and the request field that it fills. */
export interface SuiteFlag {
  /** Without dashes: `mail-from`. */
  readonly flag: string
  /** Field of the request: `mailFrom`. */
  readonly field: string
  /** text and number as given; file: the text in the file; json: what the JSON in the file says. */
  readonly kind: 'text' | 'number' | 'file' | 'json'
  readonly help: string
}

export interface SuiteArguments {
  readonly batch: boolean
  readonly help: boolean
  /** What the flags say, by request field; defaults of every line in a batch. */
  readonly defaults: Readonly<Record<string, unknown>>
}

/** A wrong call; the text goes to stderr and the exit code is 2. */
export class UsageError extends Error {
  readonly code = 'wrong-use'
  constructor(text: string) {
    super(text)
    this.name = 'UsageError'
  }
}

/** Flags that every suite command takes. */
export const commonFlags: readonly SuiteFlag[] = [
  { flag: 'now', field: 'now', kind: 'number', help: 'the time to judge by, in Unix seconds' },
  { flag: 'time-ms', field: 'timeMs', kind: 'number', help: 'time for one request, in milliseconds' },
]

/**
 * Reads the arguments of a suite command.
 * @throws UsageError for flags that do not exist, numbers that are none and files that cannot be read
 */
export function readSuiteArguments(argv: string[], flags: readonly SuiteFlag[]): SuiteArguments {
  const options = Object.fromEntries(flags.map(({ flag }) => [flag, { type: 'string' as const }]))
  const switches = {
    batch: { type: 'boolean' as const },
    help: { type: 'boolean' as const },
    json: { type: 'boolean' as const },
  }
  let values: Record<string, unknown>
  try {
    values = parseArgs({ args: argv, options: { ...options, ...switches }, strict: true }).values
  } catch (cause) {
    throw new UsageError((cause as Error).message)
  }
  const defaults: Record<string, unknown> = {}
  for (const flag of flags) {
    const raw = values[flag.flag]
    if (typeof raw === 'string') defaults[flag.field] = readFlag(flag, raw)
  }
  return { batch: values.batch === true, help: values.help === true, defaults }
}

function readFlag({ flag, kind }: SuiteFlag, raw: string): unknown {
  if (kind === 'text') return raw
  if (kind === 'number') {
    const value = Number(raw)
    if (raw.trim() === '' || !Number.isFinite(value))
      throw new UsageError(`--${flag} is ${raw}; expected a number`)
    return value
  }
  try {
    const text = readFileSync(raw, 'utf8')
    return kind === 'file' ? text : JSON.parse(text)
  } catch (cause) {
    throw new UsageError(`--${flag} ${raw}: ${(cause as Error).message}`)
  }
}
