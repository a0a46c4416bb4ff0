import { spawn } from 'node:child_process'
import { markOfSupervisor } from './own-supervisor.ts'
import type { ServerEars, ServerProcess } from './supervisor.ts'
import type { ServerWord } from './words.ts'

/** What was written shortly before the end may still be on its way. */
const lastWordsMs = 500

/**
 * Launches `./mailkeep start`. Its standard output is ours; its standard error goes through us, for its last words.
 * @param program path of `mailkeep`; @param argv what stands after `start`
 */
export function launchServer(program: string, argv: readonly string[], ears: ServerEars): ServerProcess {
  const child = spawn(program, ['start', ...argv], {
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    env: { ...process.env, [markOfSupervisor]: '1' },
    // A session of its own: Ctrl-C reaches us alone, and we pass it on once. Twice would end it at once.
    detached: true,
  })
  let isOver = false
  const end = (...[code, signal, fault]: [number | null, NodeJS.Signals | null, string?]) => {
    if (isOver) return
    isOver = true
    ears.ended({ code, signal, ...(fault !== undefined && { fault }) })
  }
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    process.stderr.write(chunk)
    ears.wrote(chunk)
  })
  child.on('message', (word) => ears.said(word as ServerWord))
  child.once('exit', (code, signal) => setTimeout(() => end(code, signal), lastWordsMs))
  child.once('close', (code, signal) => end(code, signal))
  child.on('error', (cause) => {
    // With a process there is an end of it, whatever else could not be done with it.
    if (child.pid === undefined) end(null, null, cause.message)
  })
  return {
    pid: child.pid ?? 0,
    // Who has ended meanwhile is told by its end.
    tell: (runs) => void (child.connected && child.send(runs, () => undefined)),
    kill: (signal) => void child.kill(signal),
  }
}
