import type { Advice } from './advice.ts'

export const syncAdvice: Readonly<Record<string, Advice>> = {
  'sync-failed': {
    means:
      'People of a tenant cannot be brought from their source: the text says why, since when, and what to do. They stay as they were. Its managers were told once, by mail.',
    todo: '`./mailkeep sync show ID`; mostly the tenant has to give the source a new secret. Sync goes on by itself, and so ends the alarm.',
  },
  'sync-incident': {
    means:
      'Sources of three tenants or more fail in the same way: mostly a fault of the directory service, or of our way to it. Stands for the `sync-failed` of each. Nobody is removed.',
    todo: '`./mailkeep sync list --failing` shows each with its last good run. Nothing, where the service comes back; no tenant has to do anything.',
  },
  'sync-own-fault': {
    means:
      'What a directory said could not be worked on or stored here. Tenants are not told: it is a fault of ours.',
    todo: 'The text has the cause; look at disk and store. It ends with the next good run.',
  },
  'sync-shrink': {
    means: 'A source names far fewer people than before (`directory.shrinkPercent`). Nothing was taken away.',
    todo: "The source's page under User sync lists them; confirm them there where they are meant to go. The same by `./mailkeep sync show ID --run RUN` and `./mailkeep sync confirm ID`. Else nothing: the alarm ends when they are back.",
  },
}
