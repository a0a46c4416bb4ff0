import type { Header } from './header.ts'
import { findFieldColon, isMboxLine, parseHeader } from './header.ts'
import { HeldHeader } from './held-header.ts'
import type { Line, LineSink } from './line-meter.ts'
import type { MimeDefect, MimeExcess, MimeLimits, MimePart } from './mime.ts'
import { beginsWithBoundary, maxBoundaryLine, OpenBoundaries, readBoundary } from './open-boundaries.ts'
import type { OpenPart } from './open-part.ts'
import { addDefect, createOpenPart } from './open-part.ts'
import { describePart } from './part-header.ts'

const messageTypes = new Set(['message/rfc822', 'message/global', 'message/news'])
const encodedForms = new Set(['base64', 'quoted-printable'])

/**
 * Builds the tree from lines. States, by `wanted`:
 * `all`: within the header of the innermost part, each line is looked at until an empty line, a boundary or a line
 * that is no field ends the header; `dashed`: within a body, only lines that begin with two dashes are looked at;
 * `none`: nothing can come any more, because no boundary is open or a limit was met.
 */
export class MimeTree implements LineSink {
  wanted: 'none' | 'dashed' | 'all' = 'all'
  readonly #limits: MimeLimits
  readonly #held: HeldHeader
  readonly #open: OpenPart[] = []
  readonly #boundaries = new OpenBoundaries<OpenPart>()
  #innermost: OpenPart | null = null
  #header: Header = { fields: [], bodyStart: 0, defects: [] }
  #parts = 0
  #exceeded: MimeExcess | null = null

  constructor(limits: MimeLimits) {
    this.#limits = limits
    this.#held = new HeldHeader(limits.maxHeaderBytes)
    this.#startPart(0, 'text/plain')
  }

  get maxHeld(): number {
    return this.wanted === 'all' ? Math.max(this.#limits.maxHeaderBytes, maxBoundaryLine) : maxBoundaryLine
  }

  take(line: Line): void {
    if (this.wanted === 'all') this.#takeHeaderLine(line)
    else if (!this.#takeBoundary(line)) this.#noteLikeness(line)
  }

  settle(): void {
    this.#held.settle()
  }

  /** Ends every open part at the end of the message. */
  end(size: number): { root: MimePart; header: Header; parts: number; exceeded: MimeExcess | null } {
    while (this.wanted === 'all') this.#endHeader(size, 'no-empty-line')
    const root = this.#open[0]!.part
    while (this.#open.length > 0) this.#closeInnermost(size)
    return { root, header: this.#header, parts: this.#parts, exceeded: this.#exceeded }
  }

  #takeHeaderLine(line: Line): void {
    const { bytes, start, end } = line
    if (this.#boundaries.size > 0 && this.#takeBoundary(line)) return
    const folded = (bytes[start] === 32 || bytes[start] === 9) && this.#held.length > 0
    // The bound keeps the answer the same however a line longer than any header is cut into chunks.
    const nameEnd = Math.min(end, start + this.#limits.maxHeaderBytes)
    const first = this.#held.length === 0 && isMboxLine(bytes, start, nameEnd)
    if (start === end || folded || first || findFieldColon(bytes, start, nameEnd) >= 0) {
      if (!this.#held.add(line)) this.#stop('header-size')
      else if (start === end) this.#endHeader(line.next)
    } else {
      this.#endHeader(line.at, 'line-without-field-name')
      if (this.wanted !== 'none') this.take(line)
    }
  }

  /** Notes a line that begins with the innermost boundary and goes on. */
  #noteLikeness(line: Line): void {
    const multipart = this.#innermost
    if (!multipart || multipart.ended || multipart.alike) return
    multipart.alike = beginsWithBoundary(line, multipart.boundary!)
    if (multipart.alike) addDefect(multipart.part, 'boundary-like-line')
  }

  /** Whether the line is a boundary of an open multipart; if so, what that means is done. */
  #takeBoundary(line: Line): boolean {
    const found = this.#boundaries.find(line)
    if (!found) return false
    const multipart = found.owner
    if (multipart.ended) {
      addDefect(multipart.part, 'boundary-after-end')
      return true
    }
    while (this.wanted === 'all') this.#endHeader(line.at, 'no-empty-line')
    if (this.wanted === 'none') return true
    while (this.#open.at(-1) !== multipart) this.#closeInnermost(line.at - line.endBefore)
    if (!found.last)
      this.#startPart(line.next, multipart.part.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain')
    else {
      multipart.ended = true
      // Kept in the map otherwise, so that a boundary after the last one is noticed.
      if (multipart.outer) this.#boundaries.giveBack(multipart)
    }
    return true
  }

  #startPart(at: number, defaultType: string): void {
    if (this.#parts >= this.#limits.maxParts) {
      this.#stop('mime-parts')
      return
    }
    this.#parts++
    const open = createOpenPart(at, this.#open.length, defaultType)
    this.#open.at(-1)?.part.children.push(open.part)
    this.#open.push(open)
    this.wanted = 'all'
  }

  /** Ends the header of the innermost part and goes down into it, if it has parts of its own. */
  #endHeader(bodyStart: number, defect?: MimeDefect): void {
    const open = this.#open.at(-1)!
    const { part } = open
    this.#describe(open, defect)
    part.bodyStart = bodyStart
    this.wanted = this.#boundaries.size > 0 ? 'dashed' : 'none'
    const multipart = part.type.startsWith('multipart/')
    if (!multipart && !messageTypes.has(part.type)) return
    const encoded = encodedForms.has(part.encoding)
    if (encoded) addDefect(part, multipart ? 'encoded-multipart' : 'encoded-message')
    if (encoded && !multipart) return
    if (this.#open.length > this.#limits.maxDepth) this.#exceeded ??= 'mime-depth'
    else if (multipart) this.#openMultipart(open)
    else this.#startPart(bodyStart, 'text/plain')
  }

  #describe(open: OpenPart, defect?: MimeDefect): void {
    const header = parseHeader(this.#held.release())
    if (defect === 'line-without-field-name') header.defects.push(defect)
    if (open === this.#open[0]) this.#header = header
    Object.assign(open.part, describePart(header.fields, open.defaultType))
    for (const each of header.defects) addDefect(open.part, each)
    if (defect) addDefect(open.part, defect)
  }

  #openMultipart(open: OpenPart): void {
    const { part } = open
    const boundary = readBoundary(part.parameters.boundary)
    if (boundary === null) {
      addDefect(part, 'no-boundary')
      return
    }
    const other = this.#boundaries.get(boundary)
    if (other && !other.ended) addDefect(part, 'boundary-reused')
    if (boundary.length > 70) addDefect(part, 'long-boundary')
    this.#boundaries.add(boundary, open)
    open.enclosing = this.#innermost
    this.#innermost = open
    this.wanted = 'dashed'
  }

  #closeInnermost(at: number): void {
    const open = this.#open.pop()!
    const { part } = open
    if (open.boundary !== null) {
      if (this.wanted !== 'none') {
        const empty = part.children.length === 0
        if (!open.ended) addDefect(part, empty ? 'boundary-not-found' : 'no-end-boundary')
        else if (empty) addDefect(part, 'no-parts')
      }
      this.#boundaries.giveBack(open)
      this.#innermost = open.enclosing
    }
    // A part that ended within its header reaches up to the boundary, and so does what holds it.
    part.bodyEnd = Math.max(part.bodyStart, at, part.children.at(-1)?.bodyEnd ?? 0)
    if (part.bodyStart < 0) part.bodyStart = part.bodyEnd
  }

  /** Looks no further: the tree stays as it is, and everything open lasts to the end of the message. */
  #stop(reason: MimeExcess): void {
    this.#exceeded ??= reason
    if (reason === 'header-size') this.#describe(this.#open.at(-1)!)
    this.wanted = 'none'
  }
}
