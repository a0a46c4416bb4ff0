import { OrderError } from '#services/ledger/order-error.ts'

/** What becomes of an entry of a document at a site. */
export type Fate =
  /** It is not here yet. */
  | 'new'
  | 'same'
  /** It is here, and otherwise. */
  | 'different'
  /** It cannot be taken. */
  | 'refused'

/** An entry of a document, held against the site. */
export interface Compared<Entry> {
  readonly what: 'tenant' | 'domain' | 'group' | 'person' | 'setting' | 'sender' | 'rule'
  /** Which one, as commands name it. */
  readonly name: string
  readonly fate: Fate
  /** As it is here; null: it is not. */
  readonly here: string | null
  /** As the document has it; where it is refused, the reason. */
  readonly there: string
  readonly entry: Entry
}

/** Compares by words: the same words, the same thing. */
export function compare<Entry>(
  { what, name, entry }: Pick<Compared<Entry>, 'what' | 'name' | 'entry'>,
  here: string | null,
  there: string,
): Compared<Entry> {
  const fate = here === null ? 'new' : here === there ? 'same' : 'different'
  return { what, name, fate, here, there, entry }
}

/** One that cannot be taken, with the reason. */
export function refuse<Entry>(
  { what, name, entry }: Pick<Compared<Entry>, 'what' | 'name' | 'entry'>,
  why: string,
): Compared<Entry> {
  return { what, name, fate: 'refused', here: null, there: why, entry }
}

/** What a check says against something; null: nothing. */
export function objection(check: () => unknown): string | null {
  try {
    check()
    return null
  } catch (cause) {
    return (cause as Error).message
  }
}

/** The same for a question to a store. */
export async function answerOrNull<Answer>(ask: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await ask()
  } catch (cause) {
    if (cause instanceof OrderError && cause.code === 'not-found') return null
    throw cause
  }
}
