/** Bounds of what is unpacked of one message (product: archive depth, files, unpacked). */
export const lookLimits = {
  depth: 16,
  files: 10_000,
  /** As the directories of archives say. */
  unpacked: 1 << 30,
  /** What is really unpacked by us: beginnings, and whole files that may hold others. About half a second of work. */
  work: 64 << 20,
  /** One file that is unpacked whole, and all that are held at a time. */
  file: 12 << 20,
  held: 16 << 20,
  head: 4096,
  /** Pixels of all pictures that are searched for codes, and how many pictures. */
  pixels: 8_000_000,
  pictures: 30,
  links: 10_000,
  /** Archives of which only the names are read; a packed directory takes up to 50 ms. */
  lists: 20,
  /** Bytes of web pages that are parsed. */
  html: 8 << 20,
} as const
