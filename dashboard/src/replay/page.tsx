/** The replay of a session as a page of the dashboard. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { changes } from "../api/live";
import { place, sessionAt } from "../api/route";
import { useStore } from "../api/store";
import { shortId } from "../model/words";
import { copy } from "../parts/told";
import "../style/replay.css";
import { anchored, served } from "./source";
import { Viewer } from "./viewer";

/** Grows when this session, and not another one, changed. */
function useVersion(id: string): number {
  const last = useStore(changes);
  const [version, setVersion] = useState(0);
  useEffect(() => {
    if (last.counter && (!last.ids.length || last.ids.some((one) => id === one || id.startsWith(`${one}/`)))) setVersion((n) => n + 1);
  }, [last]);
  return version;
}

/** The event in the address, also after it changed there. */
function useEvent(): number {
  useStore(place);
  const [, redraw] = useState(0);
  useEffect(() => {
    const turn = () => redraw((n) => n + 1);
    addEventListener("hashchange", turn);
    return () => removeEventListener("hashchange", turn);
  }, []);
  const asked = Number(new URLSearchParams(location.search).get("event") ?? 0);
  return anchored(location.hash).event || (Number.isInteger(asked) ? asked : 0);
}

export function ReplayPage({ id }: { id: string }) {
  const source = useMemo(served, []);
  const version = useVersion(id);
  const at = useEvent();
  const move = (event: number) => history.replaceState(history.state, "", `${location.pathname}${location.search}#e${event}`);
  return (
    <Viewer
      key={id} source={source} session={id} at={at} version={version} onMove={move}
      crumbs={<p class="crumbs"><a href="/">Sessions</a> / <a href={sessionAt(id)}>{shortId(id)}</a> / replay <button type="button" class="link mono" title="Copy the whole id" onClick={() => void copy(id, "Id")}>copy id</button></p>}
      links={<><a class="button" href={sessionAt(id)}>Reports</a></>}
    />
  );
}
