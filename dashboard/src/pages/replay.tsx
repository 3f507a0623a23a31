/** The replay comes when it is asked for: its program is as large as all the other pages. */
import { useEffect, useState } from "preact/hooks";
import { Refused } from "../api/client";
import { Failed, Waiting } from "../parts/states";

type Page = (props: { id: string }) => preact.JSX.Element;
let found: Page | null = null;

export function Replay({ id }: { id: string }) {
  const [Shown, show] = useState<Page | null>(() => found);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (Shown || failed) return;
    import("../replay/page").then(
      (part) => {
        found = part.ReplayPage;
        show(() => part.ReplayPage);
      },
      () => setFailed(true),
    );
  }, [Shown, failed]);
  if (failed) return <Failed error={new Refused(0, "the replay could not be loaded", "the server may be another one now: load the page anew")} again={() => setFailed(false)} />;
  return Shown ? <Shown key={id} id={id} /> : <Waiting lines={12} />;
}
