/**
 * Splits names of components that a page has printed without anything between them. What splits them is the other
 * names of the same history: `ShieldCloudFilter` falls apart once an entry names `Shield` alone.
 */
export class ComponentNames {
  readonly #known: readonly string[]

  /** @param printed names of all entries, as printed */
  constructor(printed: readonly string[]) {
    const all = [...new Set(printed.flatMap(byComma))]
    // A name that others are made of is whole; what is only ever a sum of others is none.
    const whole = all.filter(
      (name) =>
        partsOf(
          name,
          all.filter((each) => each !== name),
        ) === null,
    )
    this.#known = [...new Set([...whole.flatMap((name) => splitByNeighbour(name, whole)), ...whole])]
      .filter((name) => splitByNeighbour(name, whole).length === 1)
      .toSorted((a, b) => b.length - a.length)
  }

  /** Each name alone; what cannot be split is given back as it is. */
  split(printed: readonly string[]): string[] {
    return [...new Set(printed.flatMap(byComma).flatMap((name) => partsOf(name, this.#known) ?? [name]))]
  }

  /** The names that a text speaks of, by the first telling word of each, in its own letters. */
  namedIn(text: string): string[] {
    const words = new Set(text.match(/[A-Za-z][A-Za-z-]+/g) ?? [])
    return this.#known.filter((name) => words.has(tellingWord(name) ?? '')).toSorted()
  }
}

/** Words that are everybody's name nothing. */
const plain = new Set([
  ...['email', 'emails', 'mail', 'management', 'service', 'services', 'web', 'system', 'systems', 'other'],
  ...['inbound', 'outbound', 'incoming', 'outgoing', 'user', 'users', 'customer', 'this', 'some', 'data'],
])

function tellingWord(name: string): string | undefined {
  return (name.match(/[A-Za-z-]+/g) ?? []).find((word) => word.length > 3 && !plain.has(word.toLowerCase()))
}

function byComma(name: string): string[] {
  return name
    .split(/[,;|]/)
    .map((each) => each.trim())
    .filter((each) => each !== '')
}

/** A name as a row of known ones; null: it is none. */
function partsOf(name: string, known: readonly string[]): string[] | null {
  if (known.includes(name)) return [name]
  for (const first of known) {
    const rest = name.slice(first.length).trimStart()
    if (!name.startsWith(first) || rest === '') continue
    const others = partsOf(rest, known)
    if (others) return [first, ...others]
  }
  return null
}

/** A name that a known one begins or ends, with a capital letter glued to it, is two. */
function splitByNeighbour(name: string, known: readonly string[]): string[] {
  for (const each of known) {
    if (each === name || each.length >= name.length) continue
    const [after, before] = [name.slice(each.length), name.slice(0, -each.length)]
    if (name.startsWith(each) && /^[A-Z]/.test(after)) return [each, after]
    if (name.endsWith(each) && /[a-z)]$/.test(before)) return [before, each]
  }
  return [name]
}
