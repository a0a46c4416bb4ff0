import type { CheckSettings, Finding, InspectedMessage } from '#flow/inspection/check.ts'
import { createFinding, type StructureCode } from './structure-finding.ts'

/** What is above the published limits: the message is at fault, and is refused for good with a text that says so. */
export function findExcess(message: InspectedMessage, settings: CheckSettings): Finding[] {
  const { exceeded } = message.scan
  if (exceeded === 'header-size') {
    // Where even the first part was not finished, it was the header of the message.
    const whose = message.scan.parts === 1 ? 'message' : 'part'
    return [headerTooLarge(whose, settings.maxHeaderBytes)]
  }
  if (message.mime.bodyStart > settings.maxHeaderBytes)
    return [headerTooLarge('message', settings.maxHeaderBytes)]
  if (exceeded === 'mime-depth') {
    return [
      refuse(
        'mime-too-deep',
        `Message parts are nested more than ${settings.maxMimeDepth} deep`,
        settings.maxMimeDepth,
      ),
    ]
  }
  if (exceeded === 'mime-parts') {
    return [
      refuse(
        'mime-too-many-parts',
        `Message has more than ${settings.maxMimeParts} parts`,
        settings.maxMimeParts,
      ),
    ]
  }
  return []
}

function headerTooLarge(whose: 'message' | 'part', limit: number): Finding {
  const text = whose === 'message' ? 'Message header' : 'Header of a message part'
  return refuse('header-too-large', `${text} is larger than ${limit} bytes`, limit)
}

function refuse(code: StructureCode, text: string, limit: number): Finding {
  return createFinding(code, `${text}.`, {
    evidence: { limit },
    proposal: 'reject',
    reply: { code: 554, enhanced: '5.6.0', text },
  })
}
