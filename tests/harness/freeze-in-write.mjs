// Loaded before the program (`--import`): at SIGUSR2 it begins to write to the store and stops there. Woken by SIGCONT it
// takes that back and stops again, having done nothing else; the next SIGCONT lets it go on.
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { isMainThread } from 'node:worker_threads'

const data = process.argv[process.argv.indexOf('--data') + 1]
const stop = () => process.kill(process.pid, 'SIGSTOP')

if (isMainThread)
  process.on('SIGUSR2', () => {
    const database = new DatabaseSync(join(data, 'mailkeep.db'), { timeout: 10_000 })
    database.exec('BEGIN IMMEDIATE')
    stop()
    database.exec('ROLLBACK')
    database.close()
    stop()
  })
