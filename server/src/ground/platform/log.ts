import { type Logger, pino } from 'pino'

/** One writer of log lines. Fields first, then the sentence; secrets and message content never go in. */
export interface Log {
  error(fields: object, text: string): void
  warn(fields: object, text: string): void
  info(fields: object, text: string): void
  debug(fields: object, text: string): void
  /** A log that adds `part` (gateway, delivery, spool, ...) to each line. */
  part(name: string): Log
  setLevel(level: string): void
}

/**
 * JSON lines on standard error, so that standard output stays free for answers of commands.
 * How often a level may occur in a healthy system: error never, warn a few a day,
 * info a few a minute, debug without limit. What happens to a message is in the ledger, not here.
 */
export function createLog(level: string, node: string): Log {
  const root = pino(
    {
      level,
      base: { node },
      timestamp: pino.stdTimeFunctions.isoTime,
      messageKey: 'text',
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ fd: 2, sync: true }),
  )
  return wrap(root, [root])
}

/** A log that keeps quiet: for tests and for commands that answer in JSON. */
export function createSilentLog(): Log {
  const silent = pino({ level: 'silent' })
  return wrap(silent, [silent])
}

/** @param family the logger and all its parts, which share one level */
function wrap(logger: Logger, family: Logger[]): Log {
  return {
    error: (fields, text) => logger.error(fields, text),
    warn: (fields, text) => logger.warn(fields, text),
    info: (fields, text) => logger.info(fields, text),
    debug: (fields, text) => logger.debug(fields, text),
    part: (name) => {
      const part = logger.child({ part: name })
      family.push(part)
      return wrap(part, family)
    },
    setLevel: (level) => {
      for (const each of family) each.level = level
    },
  }
}
