import { lookLimits } from './look-limits.ts'
import { officeRoom } from './ooxml.ts'
import { packedRoom } from './packed-archive.ts'
import { pdfRoom } from './pdf.ts'

/** What is left of the bounds of one message; see `lookLimits`. */
export type LookRoom = ReturnType<typeof newLookRoom>

/** All of it. */
export function newLookRoom() {
  return {
    files: lookLimits.files as number,
    unpacked: lookLimits.unpacked as number,
    work: lookLimits.work as number,
    held: lookLimits.held as number,
    pixels: lookLimits.pixels as number,
    pictures: lookLimits.pictures as number,
    links: lookLimits.links as number,
    html: lookLimits.html as number,
    lists: lookLimits.lists as number,
    office: officeRoom as number,
    pdf: { ...pdfRoom },
    packed: { ...packedRoom },
  }
}
