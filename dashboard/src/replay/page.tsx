/** The replay of a session as a page of the dashboard. */
import { useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";
import { changes } from "../api/live";
import { place, sessionAt } from "../api/route";
import { useStore } from "../api/store";
import { shortId } from "../model/words";
import { copy } from "../parts/told";
import "../style/replay.css";
import { anchored, served } from "./source";
import type { Tape } from "./tape";
import { Viewer, type Wanted } from "./viewer";

/** Grows when this session, and not another one, changed. Roots alone are told of: of a sub-agent every change may be one. */
function useVersion(id: string, tape: Tape): number {
  const last = useStore(changes);
  const [version, setVersion] = useState(0);
  useEffect(() => {
    if (last.counter && (!last.ids.length || tape.head?.session.parent || last.ids.some((one) => id === one || id.startsWith(`${one}/`)))) setVersion((n) => n + 1);
  }, [last]);
  return version;
}

function asked(): Wanted {
  const event = Number(new URLSearchParams(location.search).get("event") ?? 0);
  return { event: anchored(location.hash).event || (Number.isInteger(event) ? event : 0) };
}

/** The event that the address names, as it was come to; what the viewer itself writes there changes nothing. */
function useWanted(): Wanted {
  const [wanted, want] = useState(asked);
  useLayoutEffect(() => {
    const turn = () => want(asked());
    const stop = place.watch(turn);
    addEventListener("hashchange", turn);
    return () => (stop(), removeEventListener("hashchange", turn));
  }, []);
  return wanted;
}

export function ReplayPage({ id }: { id: string }) {
  const source = useMemo(served, []);
  const version = useVersion(id, source.tape(id));
  const at = useWanted();
  const move = (event: number) => history.replaceState(history.state, "", `${location.pathname}${location.search}#e${event}`);
  return (
    <Viewer
      key={id} source={source} session={id} at={at} version={version} onMove={move}
      crumbs={<p class="crumbs"><a href="/">Sessions</a> / <a href={sessionAt(id)}>{shortId(id)}</a> / replay <button type="button" class="link mono" title="Copy the whole id" onClick={() => void copy(id, "Id")}>copy id</button></p>}
      links={<><a class="button" href={sessionAt(id)}>Reports</a></>}
    />
  );
}
