import { DetectionFrame } from '../features/detection/detection-frame.tsx'
import { FeedList } from '../features/detection/feed-list.tsx'

/** What comes by feed, with its age. */
export function Page() {
  return (
    <DetectionFrame
      here="/definitions/feeds"
      text="What is brought from elsewhere: signed, proved, and never in the way of mail."
    >
      <FeedList />
    </DetectionFrame>
  )
}
