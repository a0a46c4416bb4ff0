import { Readable } from 'node:stream'
import { readUserFile, UserFileError } from '#services/directory/read-user-file.ts'
import type { FoundPerson } from '../make-plan.ts'
import type { CsvSettings } from '../source-settings.ts'
import { SyncFault } from '../sync-fault.ts'
import type { OpenedSource } from '../sync-parts.ts'
import type { Outside } from './outside.ts'

interface Person extends FoundPerson {
  readonly addresses: string[]
  readonly groups: string[]
}

/** People of a CSV file, with their aliases and groups; a person may have several lines, one a group. @throws SyncFault */
export async function* readCsv(source: OpenedSource, outside: Outside): AsyncGenerator<FoundPerson[]> {
  const { path } = source.settings as unknown as CsvSettings
  if (path === '' && source.file === null) throw new SyncFault('file-wrong', 'no file was sent in yet')
  const people = new Map<string, Person>()
  const aliases: { of: string; address: string }[] = []
  const wrong: FoundPerson[] = []
  try {
    const file = path === '' ? Readable.from([source.file ?? '']) : outside.openFile(path)
    for await (const each of readUserFile(file)) {
      if ('wrong' in each) wrong.push({ ...nobody, id: `line ${each.line}`, wrong: each.wrong })
      else if (each.given.aliasOf)
        aliases.push({ of: keyOf(each.given.aliasOf), address: each.given.address })
      else addLine(people, each.given, each.group)
    }
  } catch (cause) {
    if (cause instanceof UserFileError) throw new SyncFault('file-wrong', cause.message)
    const { code, message } = cause as NodeJS.ErrnoException
    throw code === undefined ? cause : new SyncFault('file-wrong', message)
  }
  for (const { of, address } of aliases) {
    const owner = people.get(of)
    if (owner) owner.addresses.push(address)
    else
      wrong.push({
        ...nobody,
        id: address,
        addresses: [address],
        wrong: `its owner ${of} is not in the file`,
      })
  }
  yield [...people.values(), ...wrong]
}

const nobody = { name: '', addresses: [], groups: [] }

function addLine(
  people: Map<string, Person>,
  { address, displayName = '' }: { readonly address: string; readonly displayName?: string },
  group: string,
): void {
  const key = keyOf(address)
  let person = people.get(key)
  if (!person) {
    person = { id: key, name: displayName, addresses: [address], groups: [] }
    people.set(key, person)
  }
  if (group !== '') person.groups.push(group)
}

function keyOf(address: string): string {
  return address.trim().toLowerCase()
}
