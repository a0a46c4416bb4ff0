import { once } from 'node:events'
import type { CommandStreams } from './command.ts'
import { isoTimes } from './iso-times.ts'

/** Where a command's answer goes: as JSON for machines, as text for people. */
export interface Output {
  readonly isJson: boolean
  /** An answer as a whole. With --json `value` is printed, else `text`. */
  answer(value: unknown, text: string): void
  /** A line for people only; with --json nothing. */
  say(text: string): void
  /** A piece of a long answer as it is; waits while the reader is slow. */
  write(text: string): Promise<void>
  /** A line on standard error that tells how far long work has come; only where somebody sits there. */
  progress(text: string): void
  /** A line on standard error that must be seen whoever reads the answer. */
  warn(text: string): void
}

/** The output of one run of a command. */
export function createOutput(io: CommandStreams, isJson: boolean): Output {
  const isTerminal = 'isTTY' in io.stderr && io.stderr.isTTY === true
  return {
    isJson,
    answer: (value, text) =>
      void io.stdout.write(isJson ? `${JSON.stringify(value, isoTimes)}\n` : `${text}\n`),
    say: (text) => {
      if (!isJson) io.stdout.write(`${text}\n`)
    },
    async write(text) {
      if (!io.stdout.write(text)) await once(io.stdout, 'drain')
    },
    progress: (text) => {
      if (isTerminal) io.stderr.write(`\r\x1b[K${text}`)
    },
    warn: (text) => void io.stderr.write(`${text}\n`),
  }
}
