import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Letter } from './attempt.ts'
import { DeliveryFault } from './fault.ts'
import { messageChunks } from './message-chunks.ts'
import type { PeerReply } from './outcome.ts'

/**
 * Delivers into a maildir: FOLDER/DOMAIN/LOCAL/{tmp,new,cur}. Written to tmp, synced, then renamed, so that a
 * reader never meets half a message. The file name is that of the delivery, so a try that was cut off after
 * the rename is recognised and leaves no second copy.
 */
export async function deliverToMaildir(
  folder: string,
  letter: Letter,
  messageId: string,
): Promise<Map<number, { result: PeerReply | DeliveryFault; phase: 'local' | 'final' }>> {
  const results = new Map<number, { result: PeerReply | DeliveryFault; phase: 'local' | 'final' }>()
  for (const recipient of letter.recipients) {
    try {
      const box = boxOf(folder, recipient.rcptTo)
      await store(box, `${messageId}.${recipient.n}`, letter, recipient.rcptTo)
      results.set(recipient.n, {
        result: { code: 250, enhanced: '2.0.0', text: `stored in ${box}` },
        phase: 'final',
      })
    } catch (cause) {
      results.set(recipient.n, {
        result: new DeliveryFault('local', 'local', String((cause as Error).message)),
        phase: 'local',
      })
    }
  }
  return results
}

/** The folder of an address; whatever could climb out of FOLDER is written as its code. */
function boxOf(folder: string, address: string): string {
  const at = address.lastIndexOf('@')
  const local = address.slice(0, at).split('+')[0] ?? ''
  return resolve(folder, safeName(address.slice(at + 1)), safeName(local))
}

function safeName(text: string): string {
  const safe = text
    .toLowerCase()
    .replace(/[^a-z0-9._@\p{L}-]/gu, (letter) => `%${letter.codePointAt(0)?.toString(16)}`)
  return safe.startsWith('.') ? `%2e${safe.slice(1)}` : safe
}

async function store(box: string, name: string, letter: Letter, rcptTo: string): Promise<void> {
  for (const each of ['tmp', 'new', 'cur']) await mkdir(join(box, each), { recursive: true })
  if (await isThere(box, name)) return
  const temporary = join(box, 'tmp', name)
  try {
    await using file = await open(temporary, 'w', 0o600)
    await file.write(`Return-Path: <${letter.mailFrom}>\r\nDelivered-To: ${rcptTo}\r\n`)
    for await (const chunk of messageChunks(letter.body, letter.edits)) await file.write(chunk)
    await file.sync()
  } catch (cause) {
    await rm(temporary, { force: true })
    throw cause
  }
  await rename(temporary, join(box, 'new', name))
  await using folder = await open(join(box, 'new'), 'r')
  await folder.sync()
}

async function isThere(box: string, name: string): Promise<boolean> {
  return stat(join(box, 'new', name)).then(
    () => true,
    () => false,
  )
}
