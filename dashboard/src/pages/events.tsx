/** The events of a replay, brought when somebody looks at them: their program comes with a replay alone. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Waiting } from "../parts/states";
import { Head } from "../shell/page";

export function EventsPage() {
  const [Found, setFound] = useState<ComponentType | null>(null);
  useEffect(() => {
    void Promise.all([import("./blocks"), import("../style/replay.css")]).then(([found]) => setFound(() => found.Blocks));
  }, []);
  return (
    <>
      <Head name="Events" about="Every kind of event of a replay, from runs of real agents" />
      {Found ? <Found /> : <Waiting lines={8} />}
    </>
  );
}
