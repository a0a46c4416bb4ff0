/** How a process ended, as the system tells it. */
export interface ProcessEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** It could not even be launched. */
  readonly fault?: string
}

/** What follows: it is started again for a reason, or the supervisor ends too. */
export type Judgement =
  | { readonly isOver: true; readonly code: number }
  | { readonly isOver: false; readonly why: string }

/** Ended as one asks a server to end. */
const asked: ReadonlySet<string> = new Set(['SIGTERM', 'SIGINT'])

/**
 * Whether a server that has ended is started again. Never when it was asked to stop, nor when it could not start as
 * asked: the same start would end the same way. What is unknown was an accident.
 */
export function judgeEnd({ code, signal, fault }: ProcessEnd): Judgement {
  if (code === 0 || code === 2) return { isOver: true, code }
  if (signal !== null && asked.has(signal)) return { isOver: true, code: 0 }
  if (fault !== undefined) return { isOver: false, why: `could not be launched: ${fault}` }
  return { isOver: false, why: signal === null ? `ended with ${code}` : `ended by ${signal}` }
}
