import { spawn } from 'node:child_process'
import { markOfSupervisor } from './own-supervisor.ts'
import type { ServerEars, ServerProcess } from './supervisor.ts'
import type { ServerWord } from './words.ts'

/** What it said to us shortly before its end may still be on its way. */
const lastWordsMs = 500

/**
 * Launches `./mailkeep start`. What it writes is not led through us: its log is written at once, so where we stand still
 * or whoever reads us does not read, it would stand still too.
 * @param program path of `mailkeep`; @param argv what stands after `start`
 */
export function launchServer(program: string, argv: readonly string[], ears: ServerEars): ServerProcess {
  const child = spawn(program, ['start', ...argv], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
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
  child.on('message', (word) => ears.said(word as ServerWord))
  child.once('exit', (code, signal) => {
    if (!child.connected) return end(code, signal)
    child.once('disconnect', () => end(code, signal))
    setTimeout(() => end(code, signal), lastWordsMs)
  })
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
