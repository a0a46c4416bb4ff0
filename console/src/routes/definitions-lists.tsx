import { DetectionFrame } from '../features/detection/detection-frame.tsx'
import { OutsideListTable } from '../features/detection/outside-list-table.tsx'

/** Lists of others that are asked about mail. */
export function Page() {
  return (
    <DetectionFrame
      here="/definitions/lists"
      text="Lists that others keep and mail is looked up in. None of them decides alone, and one that fails its test weighs nothing."
    >
      <OutsideListTable />
    </DetectionFrame>
  )
}
