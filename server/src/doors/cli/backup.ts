import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Arguments, UseError } from './arguments.ts'
import type { Output } from './output.ts'
import { ownFault } from './run-command.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'

/** `./mailkeep backup`: a copy of the data folder, made beside a running server. */
export const command: SiteCommand = {
  name: 'backup',
  summary: 'copies the data folder while the server runs',
  help: `Usage: mailkeep backup FOLDER | mailkeep backup --add [FOLDER] [--take-over]
Writes a copy of the data folder to FOLDER, which must not be there yet. The server goes on meanwhile. The copy is a
data folder itself: "mailkeep start --data FOLDER" starts from it. Settings, certificates of your own and maildir
folders are not in it.
  --add        adds what is new since the last time to a folder of backups (backup.folder if none is named), and drops
               old ones by backup.keepEach and backup.keepDaily; "mailkeep restore" makes a data folder of one
  --take-over  the folder has backups of another data folder, from which this one was restored, or is to begin anew
Exit code 0: it is made. 1: it is made, and something is wrong with old ones, which is told. 2: wrong use. 70: it
could not be made; what was there before is as it was.`,
  options: { add: { type: 'boolean' }, 'take-over': { type: 'boolean' } },
  async run(site, given, out) {
    const [word, ...more] = given.words
    const isAdding = given.flag('add')
    if (given.flag('take-over') && !isAdding) throw new UseError('--take-over goes with --add')
    const folder = word ?? (isAdding ? site.loaded.config['backup.folder'] : '')
    if (folder === '' || more.length > 0) throw new UseError('name the folder for the copy')
    try {
      return await (isAdding ? add : copy)(site, resolve(folder), given, out)
    } catch (cause) {
      if (cause instanceof UseError) throw cause
      out.warn(`mailkeep backup: the copy could not be made: ${(cause as Error).message}`)
      return ownFault
    }
  },
}

async function copy(site: Site, folder: string, _given: Arguments, out: Output): Promise<number> {
  for (const each of [folder, `${folder}.unfinished`])
    if (existsSync(each)) throw new UseError(`${each} is there already; name a folder that is not`)
  const at = new Date()
  const bytes = site.backup(folder)
  out.answer(
    { folder, bytes, at: at.toISOString() },
    `The copy in ${folder} has ${Math.ceil(bytes / (1 << 20))} MB and everything up to ${at.toISOString()}.`,
  )
  return 0
}

async function add(site: Site, folder: string, given: Arguments, out: Output): Promise<number> {
  const added = await site.addBackup(folder, given.flag('take-over'))
  const at = new Date(added.at).toISOString()
  out.answer(
    { ...added, folder, at },
    `The backup in ${folder} has everything up to ${at}: ${added.pages} pages of the database and ${added.files} files were new${added.dropped > 0 ? `, ${added.dropped} old backups were dropped` : ''}.`,
  )
  for (const each of added.faults) out.warn(`mailkeep backup: ${each}`)
  return added.faults.length > 0 ? 1 : 0
}
